// A stand-in for libcublasLt.so and libcudart.so.

#include <cstddef>

extern "C" {
std::size_t cublasLtGetVersion() { return 130100; }
int cudaRuntimeGetVersion(int* version) {
  *version = 13000;
  return 0;
}
}
