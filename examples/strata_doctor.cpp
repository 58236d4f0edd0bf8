// What this machine has for Cuda<T>: driver, toolkit, libraries, devices; and for each thing that is wrong, what mends
// it.
//
// Everything is looked up at run time, so the program starts on any machine. Status 0: networks can run on a GPU here.
//
// test: --allow-none

#include <CLI/CLI.hpp>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
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

/// The nvcc a shell finds, and the release it names: 13000 for "release 13.0".
struct Toolkit {
  std::string nvcc;
  int version = 0;
};

std::optional<Toolkit> find_toolkit() {
  const std::unique_ptr<FILE, int (*)(FILE*)> output(::popen("command -v nvcc && nvcc --version 2>/dev/null", "r"),
                                                     ::pclose);
  Toolkit found;
  std::array<char, 1024> line{};
  while (output && std::fgets(line.data(), line.size(), output.get()) != nullptr) {
    const std::string text = line.data();
    if (found.nvcc.empty()) found.nvcc = text.substr(0, text.find('\n'));
    const std::size_t at = text.find("release ");
    int major = 0, minor = 0;
    if (at != std::string::npos && std::sscanf(text.c_str() + at, "release %d.%d", &major, &minor) == 2) {
      found.version = 1000 * major + 10 * minor;
      return found;
    }
  }
  return std::nullopt;
}

std::optional<Toolkit> check_toolkit(Report& report) {
  auto toolkit = find_toolkit();
  if (toolkit) {
    report.fact("toolkit", spelled(toolkit->version) + ", " + toolkit->nvcc);
  } else {
    report.wrong(
        "toolkit", "no nvcc",
        "install the CUDA toolkit (Debian: apt-get install nvidia-cuda-toolkit) and put its bin folder on PATH");
  }
  if (toolkit && toolkit->version < 12000) {
    report.wrong("nvcc", "it knows no C++20", "install a CUDA toolkit 12.0 or newer");
  }
  return toolkit;
}

/// The newest CUDA the driver knows.
std::optional<int> check_driver(Report& report, const Library& driver) {
  auto* const version_of = driver.function<int(int*)>("cuDriverGetVersion");
  int version = 0;
  if (version_of == nullptr || version_of(&version) != 0) {
    const bool loaded = std::filesystem::exists("/proc/driver/nvidia/version");
    report.wrong("driver", loaded ? "no libcuda.so.1, though the kernel has NVIDIA's module" : "no libcuda.so.1",
                 "install NVIDIA's driver (Debian: apt-get install nvidia-driver); a container must be started with "
                 "--gpus all");
    return std::nullopt;
  }
  report.fact("driver", "for CUDA up to " + spelled(version) + ", " + driver.path("cuDriverGetVersion"));
  return version;
}

void check_versions(Report& report, int driver, int toolkit) {
  if (driver / 1000 >= toolkit / 1000) return;
  report.wrong("versions", "the driver is older than the toolkit",
               "install a driver for CUDA " + spelled(toolkit) + ", or a toolkit of CUDA " +
                   std::to_string(driver / 1000) + ".x");
}

/// The names a program of this toolkit asks for; of any toolkit where there is none.
std::vector<std::string> names_of(const std::string& library, const std::optional<Toolkit>& toolkit) {
  if (toolkit) return {library + "." + std::to_string(toolkit->version / 1000)};
  return {library + ".13", library + ".12", library};
}

void check_libraries(Report& report, const std::optional<Toolkit>& toolkit) {
  const std::vector<std::string> wanted = names_of("libcublasLt.so", toolkit);
  const Library runtime(names_of("libcudart.so", toolkit)), products(wanted);
  int version = 0;
  if (auto* const version_of = runtime.function<int(int*)>("cudaRuntimeGetVersion")) {
    version_of(&version);
    report.fact("runtime", spelled(version) + ", " + runtime.path("cudaRuntimeGetVersion"));
  } else {
    report.fact("runtime", "no libcudart.so; programs of nvcc bring their own");
  }
  if (auto* const version_of = products.function<std::size_t()>("cublasLtGetVersion")) {
    report.fact("cuBLASLt", std::to_string(version_of()) + ", " + products.path("cublasLtGetVersion"));
    return;
  }
  std::string fix = "it is part of the CUDA toolkit; add the toolkit's lib64 folder to LD_LIBRARY_PATH";
  if (toolkit) {
    const auto folder = std::filesystem::path(toolkit->nvcc).parent_path().parent_path() / "lib64";
    if (std::filesystem::exists(folder / wanted.front())) fix = "export LD_LIBRARY_PATH=" + folder.string();
  }
  report.wrong("cuBLASLt", "no " + wanted.front(), fix);
}

/// The driver's answers about devices; the numbers are those of cuda.h.
struct Devices {
  int (*start)(unsigned);
  int (*count_of)(int*);
  int (*name_of)(char*, int, int);
  int (*attribute_of)(int*, int, int);
  int (*memory_of)(std::size_t*, int);
  int (*text_of)(int, const char**);

  explicit Devices(const Library& driver)
      : start(driver.function<int(unsigned)>("cuInit")),
        count_of(driver.function<int(int*)>("cuDeviceGetCount")),
        name_of(driver.function<int(char*, int, int)>("cuDeviceGetName")),
        attribute_of(driver.function<int(int*, int, int)>("cuDeviceGetAttribute")),
        memory_of(driver.function<int(std::size_t*, int)>("cuDeviceTotalMem_v2")),
        text_of(driver.function<int(int, const char**)>("cuGetErrorString")) {}
  bool complete() const {
    return start != nullptr && count_of != nullptr && name_of != nullptr && attribute_of != nullptr &&
           memory_of != nullptr;
  }
  int attribute(int which, int device) const {
    int value = 0;
    attribute_of(&value, which, device);
    return value;
  }
};

/// Why cuInit or the count of devices found none, and what mends it.
void refuse_devices(Report& report, const Devices& devices, int status) {
  constexpr int stub = 34, no_device = 100, mismatch = 803;
  const char* text = nullptr;
  std::string problem = "none";
  if (status != 0) {
    const bool known = devices.text_of != nullptr && devices.text_of(status, &text) == 0 && text != nullptr;
    problem += " (cuInit says " + std::to_string(status) + (known ? std::string(", ") + text : "") + ")";
  }
  const char* visible = std::getenv("CUDA_VISIBLE_DEVICES");
  std::string fix =
      "see whether nvidia-smi lists a GPU, and load its module (modprobe nvidia) if not; a container must be started "
      "with --gpus all";
  if (status == stub) {
    fix = "the loader finds the toolkit's stub in place of the driver: take the stubs folder off LD_LIBRARY_PATH";
  } else if (status == mismatch) {
    fix = "the driver's library and its kernel module are of different versions: restart the machine after the update";
  } else if ((status == 0 || status == no_device) && visible != nullptr) {
    fix = std::string("CUDA_VISIBLE_DEVICES is '") + visible + "' and hides them: unset it";
  }
  report.wrong("devices", problem, fix);
}

/// Why no kernel runs on a device of this capability, and what mends it; empty where kernels do.
std::string architecture_fix(int capability, int driver, const std::optional<Toolkit>& toolkit) {
  const std::string compile = "configure with -DCMAKE_CUDA_ARCHITECTURES=" + std::to_string(capability);
  if (capability < 50) return "no toolkit with C++20 compiles for it; networks run on the processor: Cpu<float>";
  if (capability < 75 && toolkit && toolkit->version >= 13000)
    return "CUDA 13 does not compile for it; install a toolkit of CUDA 12.x and " + compile;
  if (capability < 80) return "kernels are compiled for capability 8.0 and newer by default; " + compile;
  if (capability >= 100 && toolkit && driver < toolkit->version)
    return "the driver compiles the kernels for it, but is older than the toolkit; install a driver for CUDA " +
           spelled(toolkit->version) + ", or " + compile;
  return "";
}

void check_devices(Report& report, const Library& library, int driver, const std::optional<Toolkit>& toolkit) {
  const Devices devices(library);
  if (!devices.complete()) {
    report.wrong("devices", library.path("cuDriverGetVersion") + " does not answer", "install NVIDIA's driver again");
    return;
  }
  int count = 0, status = devices.start(0);
  if (status == 0) status = devices.count_of(&count);
  if (status != 0 || count == 0) return refuse_devices(report, devices, status);
  if (const char* visible = std::getenv("CUDA_VISIBLE_DEVICES")) {
    report.fact("visible", std::string("CUDA_VISIBLE_DEVICES is '") + visible + "': other devices are hidden");
  }
  constexpr int multiprocessors = 16, major = 75, minor = 76;
  for (int device = 0; device < count; ++device) {
    std::array<char, 256> name{};
    std::size_t bytes = 0;
    devices.name_of(name.data(), static_cast<int>(name.size()) - 1, device);
    devices.memory_of(&bytes, device);
    const int capability = 10 * devices.attribute(major, device) + devices.attribute(minor, device);
    const std::string what = "device " + std::to_string(device);
    const std::string text = std::string(name.data()) + ", compute capability " + std::to_string(capability / 10) +
                             "." + std::to_string(capability % 10) + ", " + std::to_string(bytes >> 20U) + " MiB, " +
                             std::to_string(devices.attribute(multiprocessors, device)) + " multiprocessors";
    const std::string fix = architecture_fix(capability, driver, toolkit);
    if (fix.empty()) report.fact(what, text);
    else report.wrong(what, text + ": no kernel for it", fix);
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
  const std::optional<int> version = check_driver(report, driver);
  const std::optional<Toolkit> toolkit = check_toolkit(report);
  if (version && toolkit) check_versions(report, *version, toolkit->version);
  check_libraries(report, toolkit);
  if (version) check_devices(report, driver, *version, toolkit);
  return report.print_fixes() || allow_none ? 0 : 1;
}
