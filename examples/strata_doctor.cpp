// What this machine has for Cuda<T>: driver, toolkit, libraries, devices; and for each thing that is wrong, what mends
// it.
//
// Everything is looked up at run time, so the program starts on any machine. Status 0: networks can run on a GPU here.
//
// test: --allow-none

#include <CLI/CLI.hpp>

#include <array>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <dlfcn.h>

namespace {

/// CUDA's versions are 1000 · major + 10 · minor.
std::string spelled(int version) { return std::to_string(version / 1000) + "." + std::to_string(version % 1000 / 10); }

/// A library the loader finds under one of some names, and where.
class Library {
 public:
  explicit Library(const std::vector<std::string>& names) {
    for (const std::string& name : names) {
      handle_ = ::dlopen(name.c_str(), RTLD_NOW | RTLD_LOCAL);
      if (handle_ != nullptr) return;
    }
  }
  bool found() const { return handle_ != nullptr; }

  /// A function by name; null where there is none.
  template <class Function>
  Function* function(const char* name) const {
    return handle_ == nullptr ? nullptr : reinterpret_cast<Function*>(::dlsym(handle_, name));
  }
  /// The file that holds a function of it.
  std::string path(const char* function_name) const {
    Dl_info info{};
    void* address = handle_ == nullptr ? nullptr : ::dlsym(handle_, function_name);
    return address != nullptr && ::dladdr(address, &info) != 0 ? info.dli_fname : "";
  }

 private:
  void* handle_ = nullptr;  // stays loaded: a driver does not like to be unloaded
};

std::vector<std::string> numbered(const std::string& name) {
  std::vector<std::string> names{name};
  for (const char* version : {".13", ".12", ".11.0", ".11"}) names.push_back(name + version);
  return names;
}

/// What was found, and what is to be done.
class Report {
 public:
  void fact(const std::string& what, const std::string& value) {
    std::printf("%-12s %s\n", what.c_str(), value.c_str());
  }
  void wrong(const std::string& what, const std::string& problem, const std::string& fix) {
    fact(what, problem);
    fixes_.push_back(what + ": " + fix);
  }
  bool print_fixes() const {
    if (fixes_.empty()) std::printf("\nNetworks can run on a GPU here.\n");
    else std::printf("\nTo be mended:\n");
    for (const std::string& fix : fixes_) std::printf("- %s\n", fix.c_str());
    return fixes_.empty();
  }

 private:
  std::vector<std::string> fixes_;
};

/// The release nvcc names: 13000 for "release 13.0". Empty without nvcc.
std::optional<int> toolkit_version() {
  const std::unique_ptr<FILE, int (*)(FILE*)> output(::popen("nvcc --version 2>/dev/null", "r"), ::pclose);
  std::array<char, 256> line{};
  while (output && std::fgets(line.data(), line.size(), output.get()) != nullptr) {
    const std::string text = line.data();
    const std::size_t at = text.find("release ");
    int major = 0, minor = 0;
    if (at != std::string::npos && std::sscanf(text.c_str() + at, "release %d.%d", &major, &minor) == 2)
      return 1000 * major + 10 * minor;
  }
  return std::nullopt;
}

std::optional<int> check_toolkit(Report& report) {
  const std::optional<int> version = toolkit_version();
  if (version) {
    report.fact("toolkit", "nvcc " + spelled(*version));
  } else {
    report.wrong(
        "toolkit", "no nvcc",
        "install the CUDA toolkit (Debian: apt-get install nvidia-cuda-toolkit) and put its bin folder on PATH");
  }
  return version;
}

std::optional<int> check_driver(Report& report, const Library& driver) {
  auto* const version_of = driver.function<int(int*)>("cuDriverGetVersion");
  int version = 0;
  if (version_of == nullptr || version_of(&version) != 0) {
    report.wrong(
        "driver", "no libcuda.so.1",
        "install NVIDIA's driver (Debian: apt-get install nvidia-driver); in a container, start it with --gpus all");
    return std::nullopt;
  }
  report.fact("driver", "for CUDA up to " + spelled(version) + ", " + driver.path("cuDriverGetVersion"));
  return version;
}

void check_libraries(Report& report) {
  const Library runtime(numbered("libcudart.so")), products(numbered("libcublasLt.so"));
  int version = 0;
  if (auto* const version_of = runtime.function<int(int*)>("cudaRuntimeGetVersion")) {
    version_of(&version);
    report.fact("runtime", spelled(version) + ", " + runtime.path("cudaRuntimeGetVersion"));
  } else {
    report.fact("runtime", "no libcudart.so; programs of nvcc bring their own");
  }
  if (auto* const version_of = products.function<std::size_t()>("cublasLtGetVersion")) {
    report.fact("cuBLASLt", std::to_string(version_of()) + ", " + products.path("cublasLtGetVersion"));
  } else {
    report.wrong(
        "cuBLASLt", "no libcublasLt.so",
        "it is part of the CUDA toolkit; add the toolkit's lib64 folder to LD_LIBRARY_PATH, or run ldconfig on it");
  }
}

void check_devices(Report& report, const Library& driver) {
  auto* const start = driver.function<int(unsigned)>("cuInit");
  auto* const count_of = driver.function<int(int*)>("cuDeviceGetCount");
  auto* const name_of = driver.function<int(char*, int, int)>("cuDeviceGetName");
  auto* const attribute_of = driver.function<int(int*, int, int)>("cuDeviceGetAttribute");
  auto* const memory_of = driver.function<int(std::size_t*, int)>("cuDeviceTotalMem_v2");
  if (start == nullptr || count_of == nullptr || name_of == nullptr || attribute_of == nullptr || memory_of == nullptr)
    return;
  int count = 0;
  const int status = start(0);
  if (status != 0 || count_of(&count) != 0 || count == 0) {
    report.wrong(
        "devices", "none (cuInit says " + std::to_string(status) + ")",
        "see whether nvidia-smi lists a GPU; unset CUDA_VISIBLE_DEVICES; in a container, start it with --gpus all");
    return;
  }
  constexpr int major_attribute = 75, minor_attribute = 76;
  for (int device = 0; device < count; ++device) {
    std::array<char, 256> name{};
    int major = 0, minor = 0;
    std::size_t bytes = 0;
    name_of(name.data(), static_cast<int>(name.size()) - 1, device);
    attribute_of(&major, major_attribute, device);
    attribute_of(&minor, minor_attribute, device);
    memory_of(&bytes, device);
    const std::string what = "device " + std::to_string(device);
    const std::string text = std::string(name.data()) + ", compute capability " + std::to_string(major) + "." +
                             std::to_string(minor) + ", " + std::to_string(bytes >> 20U) + " MiB";
    if (major >= 8) {
      report.fact(what, text);
    } else {
      report.wrong(what, text,
                   "the default is code for capability 8.0 and newer; configure with -DCMAKE_CUDA_ARCHITECTURES=" +
                       std::to_string(major) + std::to_string(minor));
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  bool allow_none = false;
  CLI::App app{"Says what this machine has for networks on NVIDIA GPUs, and how to mend what is wrong."};
  app.add_flag("--allow-none", allow_none, "end with status 0 even where something is wrong");
  CLI11_PARSE(app, argc, argv);
  Report report;
  const Library driver({"libcuda.so.1", "libcuda.so"});
  const auto supported = check_driver(report, driver);
  const auto toolkit = check_toolkit(report);
  if (supported && toolkit && *supported / 1000 < *toolkit / 1000) {
    report.wrong("versions", "the driver is older than the toolkit",
                 "install a driver for CUDA " + spelled(*toolkit) + ", or a toolkit of CUDA " +
                     std::to_string(*supported / 1000) + ".x");
  }
  check_libraries(report);
  check_devices(report, driver);
  return report.print_fixes() || allow_none ? 0 : 1;
}
