#pragma once
// Matrix products on the device by cuBLASLt.
//
// cuBLASLt's matrices are column-major. A row-major matrix is a column-major one transposed, so C = op(A) op(B) is
// computed as Cᵀ = op(B)ᵀ op(A)ᵀ: the factors change places and keep their transpositions. A bias, one number a
// column of C, is one number a row of Cᵀ: what the library adds in its epilogue, where it applies ReLU too.
//
// A plan is made, with its algorithm and its memory, when a thread first computes a product of some form. From then
// on nothing is asked or allocated. A recorded step may hold only forms that were computed before: run it once first.

#include <strata/backend/thrust/convert.hpp>
#include <strata/backend/thrust/cublas_library.hpp>
#include <strata/backend/thrust/device_memory.hpp>
#include <strata/backend/thrust/map.hpp>
#include <strata/tensor/buffer.hpp>

#include <algorithm>
#include <compare>
#include <cstdint>
#include <map>
#include <type_traits>
#include <vector>

namespace STRATA_NAMESPACE::device {

/// What the plan of a product depends on. Addresses count by their alignment: cuBLASLt moves 16 bytes at once where it
/// may.
struct MatmulForm {
  std::size_t m, n, k, lda, ldb, ldc;
  bool transpose_a, transpose_b, biased, relu;
  std::uint32_t align_a, align_b, align_c, align_bias;

  template <class T>
  explicit MatmulForm(const ops::MatmulArguments<T>& a)
      : m(a.m),
        n(a.n),
        k(a.k),
        lda(a.lda),
        ldb(a.ldb),
        ldc(a.ldc),
        transpose_a(a.transpose_a),
        transpose_b(a.transpose_b),
        biased(a.bias != nullptr),
        relu(a.activation == ops::Activation::relu),
        align_a(alignment(a.a)),
        align_b(alignment(a.b)),
        align_c(alignment(a.c)),
        align_bias(biased ? alignment(a.bias) : 0) {}
  auto operator<=>(const MatmulForm&) const = default;

  template <class T>
  static std::uint32_t alignment(const T* p) {
    return reinterpret_cast<std::uintptr_t>(p) % 16 == 0 ? 16 : sizeof(T);
  }
  std::size_t rows_of_a() const { return transpose_a ? k : m; }
  std::size_t columns_of_a() const { return transpose_a ? m : k; }
  std::size_t rows_of_b() const { return transpose_b ? n : k; }
  std::size_t columns_of_b() const { return transpose_b ? k : n; }
};

/// The numbers of a product as cuBLASLt knows them: of its factors, and of everything else.
template <class T, class Products>
struct MatmulNumbers {
  static constexpr bool narrow = std::is_same_v<Products, BFloat16>;
  static constexpr bool single = std::is_same_v<T, float>;
  static constexpr cudaDataType_t factor = narrow ? CUDA_R_16BF : single ? CUDA_R_32F : CUDA_R_64F;
  static constexpr cudaDataType_t sum = single ? CUDA_R_32F : CUDA_R_64F;
  static constexpr cublasComputeType_t compute = std::is_same_v<Products, TensorFloat32> ? CUBLAS_COMPUTE_32F_FAST_TF32
                                                 : single                                ? CUBLAS_COMPUTE_32F
                                                                                         : CUBLAS_COMPUTE_64F;
};

/// Where a rounded factor lies, whose rows begin on 16 bytes.
struct NarrowFactor {
  std::uint16_t* data = nullptr;
  std::size_t stride = 0;

  static constexpr std::size_t stride_for(std::size_t columns) { return (columns + 7) / 8 * 8; }
};

/// A product of one form, planned: descriptions of the operands, and the algorithm chosen for them.
template <class T, class Products>
class MatmulPlan {
  using Arguments = ops::MatmulArguments<T>;
  using Numbers = MatmulNumbers<T, Products>;

 public:
  static constexpr std::size_t workspace = std::size_t{32} << 20U;  // what NVIDIA recommends for Hopper

  /// The rounded factors lie at `a` and `b`, in a product that has some.
  MatmulPlan(cublasLtHandle_t library, const MatmulForm& form, NarrowFactor a, NarrowFactor b, const Arguments& given)
      : narrow_a_(a),
        narrow_b_(b) {
    check(CublasLt::get().make_operation(operation_.out(), Numbers::compute, Numbers::sum), "cublasLtMatmulDescCreate",
          given);
    set(CUBLASLT_MATMUL_DESC_TRANSA, form.transpose_b ? CUBLAS_OP_T : CUBLAS_OP_N, given);
    set(CUBLASLT_MATMUL_DESC_TRANSB, form.transpose_a ? CUBLAS_OP_T : CUBLAS_OP_N, given);
    const bool narrow = Numbers::narrow;
    layout(first_, Numbers::factor, form.columns_of_b(), form.rows_of_b(), narrow ? b.stride : form.ldb, given);
    layout(second_, Numbers::factor, form.columns_of_a(), form.rows_of_a(), narrow ? a.stride : form.lda, given);
    layout(product_, Numbers::sum, form.n, form.m, form.ldc, given);
    fused_ = form.biased || form.relu;
    cublasStatus_t found = fused_ ? choose(library, form, given) : CUBLAS_STATUS_NOT_SUPPORTED;
    if (found != CUBLAS_STATUS_SUCCESS) {
      fused_ = false;
      found = choose(library, form, given);
    }
    check(found, "cublasLtMatmulAlgoGetHeuristic", given);
  }

  /// Bias and activation are part of the product; false where the library can't, or there are none.
  bool fused() const { return fused_; }

  /// c = op(a) op(b), or c += that; with the epilogue where it is fused.
  template <class Stream>
  void run(Stream stream, cublasLtHandle_t library, void* memory, const Arguments& a, bool add) {
    const T one = 1, factor = add ? T(1) : T(0);
    const void *first = a.b, *second = a.a;
    if constexpr (Numbers::narrow) {
      const MatmulForm form(a);
      const strata::detail::BitsOfBFloat16 bits;
      strata::detail::convert(stream, form.rows_of_a(), form.columns_of_a(), bits, {a.a, a.lda},
                              Operand{narrow_a_.data, narrow_a_.stride});
      strata::detail::convert(stream, form.rows_of_b(), form.columns_of_b(), bits, {a.b, a.ldb},
                              Operand{narrow_b_.data, narrow_b_.stride});
      first = narrow_b_.data;
      second = narrow_a_.data;
    }
    if (fused_ && a.bias != nullptr) set(CUBLASLT_MATMUL_DESC_BIAS_POINTER, static_cast<const void*>(a.bias), a);
    check(CublasLt::get().matmul(library, operation_.get(), &one, first, first_.get(), second, second_.get(), &factor,
                                 a.c, product_.get(), a.c, product_.get(), &algorithm_, memory, workspace,
                                 device::stream()),
          "cublasLtMatmul", a);
  }

 private:
  template <class Value>
  void set(cublasLtMatmulDescAttributes_t which, Value value, const Arguments& a) {
    check(CublasLt::get().set_operation(operation_.get(), which, &value, sizeof value),
          "cublasLtMatmulDescSetAttribute", a);
  }
  static void layout(OwnedLayout& made, cudaDataType_t type, std::size_t rows, std::size_t columns, std::size_t stride,
                     const Arguments& a) {
    check(CublasLt::get().make_layout(made.out(), type, rows, columns, static_cast<std::int64_t>(stride)),
          "cublasLtMatrixLayoutCreate", a);
  }

  /// The best algorithm, for the form with its epilogue or without.
  cublasStatus_t choose(cublasLtHandle_t library, const MatmulForm& form, const Arguments& a) {
    const CublasLt& lt = CublasLt::get();
    set(CUBLASLT_MATMUL_DESC_EPILOGUE,
        !fused_       ? CUBLASLT_EPILOGUE_DEFAULT
        : !form.relu  ? CUBLASLT_EPILOGUE_BIAS
        : form.biased ? CUBLASLT_EPILOGUE_RELU_BIAS
                      : CUBLASLT_EPILOGUE_RELU,
        a);
    // It is not read, but its alignment looked at: this address stands for all biases of the form.
    if (fused_ && form.biased)
      set(CUBLASLT_MATMUL_DESC_BIAS_POINTER, reinterpret_cast<const void*>(std::uintptr_t{form.align_bias}), a);
    OwnedPreference preference;
    check(lt.make_preference(preference.out()), "cublasLtMatmulPreferenceCreate", a);
    const auto prefer = [&](cublasLtMatmulPreferenceAttributes_t which, auto value) {
      check(lt.set_preference(preference.get(), which, &value, sizeof value), "cublasLtMatmulPreferenceSetAttribute",
            a);
    };
    prefer(CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES, workspace);
    prefer(CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_A_BYTES, Numbers::narrow ? std::uint32_t{16} : form.align_b);
    prefer(CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_B_BYTES, Numbers::narrow ? std::uint32_t{16} : form.align_a);
    prefer(CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_C_BYTES, form.align_c);
    prefer(CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_D_BYTES, form.align_c);
    cublasLtMatmulHeuristicResult_t best{};
    int found = 0;
    const cublasStatus_t status = lt.choose(library, operation_.get(), first_.get(), second_.get(), product_.get(),
                                            product_.get(), preference.get(), 1, &best, &found);
    algorithm_ = best.algo;
    return status != CUBLAS_STATUS_SUCCESS ? status : found > 0 ? best.state : CUBLAS_STATUS_NOT_SUPPORTED;
  }

  OwnedOperation operation_;
  OwnedLayout first_, second_, product_;
  NarrowFactor narrow_a_, narrow_b_;
  cublasLtMatmulAlgo_t algorithm_{};
  bool fused_ = false;
};

/// Plans of a thread, with what they use: the library's handle, its workspace, memory for rounded factors. That memory
/// is never given back before the thread ends, because a recorded step knows its address.
template <class T, class Products>
class MatmulPlans {
  using Plan = MatmulPlan<T, Products>;
  using Arguments = ops::MatmulArguments<T>;

 public:
  static MatmulPlans& of_this_thread() {
    thread_local MatmulPlans plans;
    return plans;
  }
  /// The plan for such a product, made when it is the first.
  Plan& plan(const Arguments& a) {
    const MatmulForm form(a);
    const auto found = plans_.find(form);
    return found != plans_.end() ? found->second : make(form, a);
  }
  template <class Stream>
  void run(Stream stream, Plan& plan, const Arguments& a, bool add) {
    plan.run(stream, library_.get(), workspace_.data(), a, add);
  }

 private:
  MatmulPlans() = default;

  Plan& make(const MatmulForm& form, const Arguments& a) {
    refuse_while_recording(a);
    if (workspace_.size() == 0) workspace_ = Buffer<std::byte, Memory>(Plan::workspace);
    if (library_.get() == nullptr) check(CublasLt::get().create(library_.out()), "cublasLtCreate", a);
    NarrowFactor first, second;
    if constexpr (MatmulNumbers<T, Products>::narrow) {
      first.stride = NarrowFactor::stride_for(form.columns_of_a());
      second.stride = NarrowFactor::stride_for(form.columns_of_b());
      const std::size_t size = form.rows_of_a() * first.stride;
      first.data = rounded(size + form.rows_of_b() * second.stride);
      second.data = first.data + size;
    }
    return plans_.try_emplace(form, library_.get(), form, first, second, a).first->second;
  }
  static void refuse_while_recording(const Arguments& a) {
    cudaStreamCaptureStatus status = cudaStreamCaptureStatusNone;
    check(cudaStreamIsCapturing(stream(), &status), "cudaStreamIsCapturing");
    if (status == cudaStreamCaptureStatusNone) return;
    throw DeviceError("strata: a product of [" + std::to_string(a.m) + ", " + std::to_string(a.k) + "] by [" +
                      std::to_string(a.k) + ", " + std::to_string(a.n) +
                      "] is met for the first time while a step is recorded. Run the step once before.");
  }
  /// Room for so many numbers: at least twice the last, so that all blocks together are at most twice the largest.
  std::uint16_t* rounded(std::size_t size) {
    if (rounded_.empty() || rounded_.back().size() < size)
      rounded_.emplace_back(std::max(size, rounded_.empty() ? 0 : 2 * rounded_.back().size()));
    return rounded_.back().data();
  }

  Buffer<std::byte, Memory> workspace_;
  std::vector<Buffer<std::uint16_t, Memory>> rounded_;
  OwnedLibrary library_;
  std::map<MatmulForm, Plan> plans_;
};

/// One product on a backend of the device. What cuBLASLt has no epilogue for is maps before and behind.
template <class Backend>
void matmul(typename Backend::Stream stream, const ops::MatmulArguments<typename Backend::element>& a) {
  using T = typename Backend::element;
  using Plans = MatmulPlans<T, typename Backend::products>;
  if (a.m == 0 || a.n == 0) return;
  const Pack<Operand<T>, 1> c{{{a.c, a.ldc}}};
  const Operand<const T> old{a.c, a.ldc}, bias{a.bias, 0};
  const auto map = [&](auto f, auto from) { Kernel<ops::Map, Backend>::run(stream, a.m, a.n, f, c, from); };

  auto* const plan = a.k == 0 ? nullptr : &Plans::of_this_thread().plan(a);
  if (plan != nullptr && plan->fused()) return Plans::of_this_thread().run(stream, *plan, a, a.accumulate);
  if (a.bias != nullptr && a.accumulate) map(ops::Sum{}, Pack<Operand<const T>, 2>{{old, bias}});
  else if (a.bias != nullptr) map(ops::Identity{}, Pack<Operand<const T>, 1>{{bias}});
  else if (plan == nullptr && !a.accumulate) map(ops::Zero{}, Pack<Operand<const T>, 0>{});
  if (plan != nullptr) Plans::of_this_thread().run(stream, *plan, a, a.accumulate || a.bias != nullptr);
  if (a.activation == ops::Activation::relu) map(ops::Relu{}, Pack<Operand<const T>, 1>{{old}});
}

}  // namespace STRATA_NAMESPACE::device
