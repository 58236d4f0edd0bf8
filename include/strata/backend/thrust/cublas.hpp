#pragma once
// Matrix products on the device by cuBLASLt, which is loaded when the first is computed: a program starts without it.
//
// cuBLASLt's matrices are column-major. A row-major matrix is a column-major one transposed, so C = op(A) op(B) is
// computed as Cᵀ = op(B)ᵀ op(A)ᵀ: the factors change places and keep their transpositions.

#include <strata/backend/thrust/device.hpp>
#include <strata/ops/matmul.hpp>

#include <map>
#include <string>
#include <tuple>
#include <type_traits>

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

/// A product of one form, planned: descriptions of the operands and the algorithm chosen.
template <class T>
class MatmulPlan {
 public:
  static constexpr std::size_t workspace = std::size_t{32} << 20U;  // what NVIDIA recommends for Hopper

  MatmulPlan(cublasLtHandle_t handle, const ops::MatmulArguments<T>& a) {
    constexpr bool single = std::is_same_v<T, float>;
    constexpr cudaDataType_t type = single ? CUDA_R_32F : CUDA_R_64F;
    const CublasLt& lt = CublasLt::get();
    check(lt.make_operation(&operation_, single ? CUBLAS_COMPUTE_32F : CUBLAS_COMPUTE_64F, type),
          "cublasLtMatmulDescCreate", a);
    transpose(CUBLASLT_MATMUL_DESC_TRANSA, a.transpose_b, a);
    transpose(CUBLASLT_MATMUL_DESC_TRANSB, a.transpose_a, a);
    layout(first_, type, a.transpose_b ? a.k : a.n, a.transpose_b ? a.n : a.k, a.ldb, a);
    layout(second_, type, a.transpose_a ? a.m : a.k, a.transpose_a ? a.k : a.m, a.lda, a);
    layout(product_, type, a.n, a.m, a.ldc, a);
    cublasLtMatmulPreference_t preference = nullptr;
    check(lt.make_preference(&preference), "cublasLtMatmulPreferenceCreate", a);
    check(lt.set_preference(preference, CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES, &workspace, sizeof workspace),
          "cublasLtMatmulPreferenceSetAttribute", a);
    cublasLtMatmulHeuristicResult_t best{};
    int found = 0;
    const cublasStatus_t status =
        lt.choose(handle, operation_, first_, second_, product_, product_, preference, 1, &best, &found);
    lt.destroy_preference(preference);
    check(found > 0 ? status : CUBLAS_STATUS_NOT_SUPPORTED, "cublasLtMatmulAlgoGetHeuristic", a);
    algorithm_ = best.algo;
  }
  MatmulPlan(const MatmulPlan&) = delete;
  MatmulPlan& operator=(const MatmulPlan&) = delete;
  ~MatmulPlan() {
    const CublasLt& lt = CublasLt::get();
    for (cublasLtMatrixLayout_t layout : {first_, second_, product_}) {
      if (layout != nullptr) lt.destroy_layout(layout);
    }
    if (operation_ != nullptr) lt.destroy_operation(operation_);
  }

  void run(cublasLtHandle_t handle, void* memory, const ops::MatmulArguments<T>& a, bool add) const {
    const T one = 1, factor = add ? T(1) : T(0);
    check(CublasLt::get().matmul(handle, operation_, &one, a.b, first_, a.a, second_, &factor, a.c, product_, a.c,
                                 product_, &algorithm_, memory, workspace, stream()),
          "cublasLtMatmul", a);
  }

 private:
  void transpose(cublasLtMatmulDescAttributes_t which, bool transposed, const ops::MatmulArguments<T>& a) {
    const cublasOperation_t value = transposed ? CUBLAS_OP_T : CUBLAS_OP_N;
    check(CublasLt::get().set_operation(operation_, which, &value, sizeof value), "cublasLtMatmulDescSetAttribute", a);
  }
  static void layout(cublasLtMatrixLayout_t& made, cudaDataType_t type, std::size_t rows, std::size_t columns,
                     std::size_t stride, const ops::MatmulArguments<T>& a) {
    check(CublasLt::get().make_layout(&made, type, rows, columns, static_cast<std::int64_t>(stride)),
          "cublasLtMatrixLayoutCreate", a);
  }

  cublasLtMatmulDesc_t operation_ = nullptr;
  cublasLtMatrixLayout_t first_ = nullptr, second_ = nullptr, product_ = nullptr;
  cublasLtMatmulAlgo_t algorithm_{};
};

/// Plans of a thread, its handle and workspace. A plan is made when a form of product is first seen.
template <class T>
class MatmulPlans {
 public:
  static MatmulPlans& of_this_thread() {
    thread_local MatmulPlans plans;
    return plans;
  }
  void run(const ops::MatmulArguments<T>& a, bool add) {
    const Key key{a.m, a.n, a.k, a.lda, a.ldb, a.ldc, a.transpose_a, a.transpose_b};
    auto found = plans_.find(key);
    if (found == plans_.end()) found = plans_.try_emplace(key, handle_, a).first;
    found->second.run(handle_, memory_, a, add);
  }

 private:
  using Key = std::tuple<std::size_t, std::size_t, std::size_t, std::size_t, std::size_t, std::size_t, bool, bool>;

  MatmulPlans() {
    check(CublasLt::get().create(&handle_), "cublasLtCreate", ops::MatmulArguments<T>{});
    check(cudaMalloc(&memory_, MatmulPlan<T>::workspace), "cudaMalloc", MatmulPlan<T>::workspace);
  }
  ~MatmulPlans() {
    plans_.clear();
    cudaFree(memory_);
    CublasLt::get().destroy(handle_);
  }

  cublasLtHandle_t handle_ = nullptr;
  void* memory_ = nullptr;
  std::map<Key, MatmulPlan<T>> plans_;
};

/// One product; nothing where it has no elements.
template <class T>
void matmul(const ops::MatmulArguments<T>& a, bool add) {
  if (a.m > 0 && a.n > 0) MatmulPlans<T>::of_this_thread().run(a, add);
}

}  // namespace STRATA_NAMESPACE::device
