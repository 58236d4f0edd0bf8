#pragma once
// cuBLASLt as a library that is loaded when the first product is computed: a program starts without it.

#include <strata/backend/thrust/device.hpp>
#include <strata/ops/matmul.hpp>

#include <string>

#include <cublasLt.h>
#include <dlfcn.h>

namespace STRATA_NAMESPACE::device {

/// The functions of cuBLASLt that are used, from the library the loader finds.
class CublasLt {
 public:
  static const CublasLt& get() {
    static const CublasLt library;
    return library;
  }

  decltype(&cublasLtCreate) create;
  decltype(&cublasLtDestroy) destroy;
  decltype(&cublasLtMatmul) matmul;
  decltype(&cublasLtMatmulDescCreate) make_operation;
  decltype(&cublasLtMatmulDescDestroy) destroy_operation;
  decltype(&cublasLtMatmulDescSetAttribute) set_operation;
  decltype(&cublasLtMatrixLayoutCreate) make_layout;
  decltype(&cublasLtMatrixLayoutDestroy) destroy_layout;
  decltype(&cublasLtMatmulPreferenceCreate) make_preference;
  decltype(&cublasLtMatmulPreferenceDestroy) destroy_preference;
  decltype(&cublasLtMatmulPreferenceSetAttribute) set_preference;
  decltype(&cublasLtMatmulAlgoGetHeuristic) choose;

 private:
  CublasLt() {
    const std::string name = "libcublasLt.so." + std::to_string(CUBLAS_VER_MAJOR);
    void* library = ::dlopen(name.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) {
      const char* reason = ::dlerror();
      throw DeviceError("strata: " + name + " cannot be loaded: " + (reason == nullptr ? "unknown reason" : reason) +
                        ". It is part of the CUDA toolkit; add its lib64 folder to LD_LIBRARY_PATH.");
    }
    load(library, "cublasLtCreate", create);
    load(library, "cublasLtDestroy", destroy);
    load(library, "cublasLtMatmul", matmul);
    load(library, "cublasLtMatmulDescCreate", make_operation);
    load(library, "cublasLtMatmulDescDestroy", destroy_operation);
    load(library, "cublasLtMatmulDescSetAttribute", set_operation);
    load(library, "cublasLtMatrixLayoutCreate", make_layout);
    load(library, "cublasLtMatrixLayoutDestroy", destroy_layout);
    load(library, "cublasLtMatmulPreferenceCreate", make_preference);
    load(library, "cublasLtMatmulPreferenceDestroy", destroy_preference);
    load(library, "cublasLtMatmulPreferenceSetAttribute", set_preference);
    load(library, "cublasLtMatmulAlgoGetHeuristic", choose);
  }
  template <class Function>
  static void load(void* library, const char* name, Function& function) {
    function = reinterpret_cast<Function>(::dlsym(library, name));
    if (function == nullptr) throw DeviceError(std::string("strata: cuBLASLt has no function ") + name);
  }
};

/// Something of cuBLASLt's, destroyed with its owner; nothing until a call wrote to `out()`.
template <class Handle, auto Destroy>
class Owned {
 public:
  Owned() = default;
  Owned(const Owned&) = delete;
  Owned& operator=(const Owned&) = delete;
  ~Owned() {
    if (handle_ != nullptr) (CublasLt::get().*Destroy)(handle_);
  }
  Handle* out() { return &handle_; }
  Handle get() const { return handle_; }

 private:
  Handle handle_ = nullptr;
};
using OwnedLibrary = Owned<cublasLtHandle_t, &CublasLt::destroy>;
using OwnedOperation = Owned<cublasLtMatmulDesc_t, &CublasLt::destroy_operation>;
using OwnedLayout = Owned<cublasLtMatrixLayout_t, &CublasLt::destroy_layout>;
using OwnedPreference = Owned<cublasLtMatmulPreference_t, &CublasLt::destroy_preference>;

/// Throws DeviceError, with the extents of the product, unless the call succeeded.
template <class T>
void check(cublasStatus_t status, const char* call, const ops::MatmulArguments<T>& a) {
  if (status == CUBLAS_STATUS_SUCCESS) return;
  int device = -1;
  cudaGetDevice(&device);
  throw DeviceError(std::string("strata: ") + call + " of [" + std::to_string(a.m) + ", " + std::to_string(a.k) +
                    "] by [" + std::to_string(a.k) + ", " + std::to_string(a.n) + "] failed on device " +
                    std::to_string(device) + " with status " + std::to_string(static_cast<int>(status)));
}

}  // namespace STRATA_NAMESPACE::device
