// A stand-in for libcuda.so.1: answers as FAKE_DRIVER (a version), FAKE_STATUS (of cuInit), FAKE_COUNT and
// FAKE_CAPABILITY say.

#include <cstddef>
#include <cstdio>
#include <cstdlib>

namespace {
int said(const char* name, int otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::atoi(text);
}
}  // namespace

extern "C" {
int cuDriverGetVersion(int* version) {
  *version = said("FAKE_DRIVER", 13000);
  return 0;
}
int cuInit(unsigned) { return said("FAKE_STATUS", 0); }
int cuGetErrorString(int status, const char** text) {
  *text = status == 100 ? "no CUDA-capable device is detected" : nullptr;
  return *text == nullptr;
}
int cuDeviceGetCount(int* count) {
  *count = said("FAKE_COUNT", 1);
  return 0;
}
int cuDeviceGetName(char* name, int size, int) {
  std::snprintf(name, static_cast<std::size_t>(size), "Stand-in");
  return 0;
}
int cuDeviceGetAttribute(int* value, int which, int) {
  const int capability = said("FAKE_CAPABILITY", 90);
  *value = which == 75 ? capability / 10 : which == 76 ? capability % 10 : which == 16 ? 132 : -1;
  return 0;
}
int cuDeviceTotalMem_v2(std::size_t* bytes, int) {
  *bytes = std::size_t{80} << 30U;
  return 0;
}
}
