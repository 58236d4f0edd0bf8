#include <cuda/stub/cublaslt.hpp>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <type_traits>

namespace {

struct Operation {
  cublasComputeType_t compute;
  cudaDataType_t scale;
  cublasOperation_t first = CUBLAS_OP_N, second = CUBLAS_OP_N;
  cublasLtEpilogue_t epilogue = CUBLASLT_EPILOGUE_DEFAULT;
  const void* bias = nullptr;
};
struct Layout {
  cudaDataType_t type;
  std::uint64_t rows, columns;
  std::int64_t ld;
};
struct Preference {
  std::size_t workspace = 0;
  std::uint32_t align_a = 256, align_b = 256, align_c = 256, align_d = 256;
};
/// What an algorithm was chosen for; lies in cuBLASLt's 64 opaque bytes.
struct Algorithm {
  std::uint64_t magic = 0x737472617461;
  std::uint64_t workspace = 0, extents = 0;
  std::uint32_t align_a = 0, align_b = 0, align_c = 0, align_bias = 0, epilogue = 0;
};
static_assert(sizeof(Algorithm) <= sizeof(cublasLtMatmulAlgo_t));

stub::CublasLt& state() { return stub::cublaslt(); }
bool fails() { return state().calls++ == state().fail_at; }

template <class Handle, class Value>
cublasStatus_t make(Handle* out, Value value) {
  if (fails()) return CUBLAS_STATUS_ALLOC_FAILED;
  *out = reinterpret_cast<Handle>(new Value(value));
  ++state().alive;
  return CUBLAS_STATUS_SUCCESS;
}
template <class Value>
cublasStatus_t destroy(const void* handle) {
  delete static_cast<const Value*>(handle);
  --state().alive;
  return CUBLAS_STATUS_SUCCESS;
}
template <class Value>
const Value& as(const void* handle) {
  return *static_cast<const Value*>(handle);
}
template <class Value>
cublasStatus_t write(Value& to, const void* from, std::size_t size) {
  if (size != sizeof to) return CUBLAS_STATUS_INVALID_VALUE;
  std::memcpy(&to, from, size);
  return CUBLAS_STATUS_SUCCESS;
}

/// What an address is a multiple of, up to 256.
std::uint32_t alignment(const void* p) {
  const auto address = reinterpret_cast<std::uintptr_t>(p);
  return address == 0 ? 256 : static_cast<std::uint32_t>(std::min<std::uintptr_t>(address & (~address + 1), 256));
}
bool has_bias(cublasLtEpilogue_t e) { return e == CUBLASLT_EPILOGUE_BIAS || e == CUBLASLT_EPILOGUE_RELU_BIAS; }
bool has_relu(cublasLtEpilogue_t e) { return e == CUBLASLT_EPILOGUE_RELU || e == CUBLASLT_EPILOGUE_RELU_BIAS; }
std::uint64_t extents_of(const Operation& o, const Layout& a, const Layout& b, const Layout& d) {
  std::uint64_t hash = 14695981039346656037U;
  for (const std::uint64_t x : {a.rows, a.columns, static_cast<std::uint64_t>(a.ld), b.rows, b.columns,
                                static_cast<std::uint64_t>(b.ld), d.rows, d.columns, static_cast<std::uint64_t>(d.ld),
                                std::uint64_t{o.first}, std::uint64_t{o.second}, std::uint64_t{o.compute}})
    hash = (hash ^ x) * 1099511628211U;
  return hash;
}

/// The combinations of numbers cuBLASLt documents and the library uses.
bool supported(const Operation& o, const Layout& a, const Layout& b, const Layout& c) {
  if (a.type != b.type || c.type != o.scale) return false;
  if (o.compute == CUBLAS_COMPUTE_64F) return a.type == CUDA_R_64F && c.type == CUDA_R_64F;
  if (o.compute == CUBLAS_COMPUTE_32F_FAST_TF32) return a.type == CUDA_R_32F && c.type == CUDA_R_32F;
  return o.compute == CUBLAS_COMPUTE_32F && c.type == CUDA_R_32F && (a.type == CUDA_R_32F || a.type == CUDA_R_16BF);
}
/// The descriptions belong together: extents, and leading dimensions no shorter than a column.
bool fits(const Operation& o, const Layout& a, const Layout& b, const Layout& d) {
  for (const Layout* l : {&a, &b, &d}) {
    if (l->ld < static_cast<std::int64_t>(l->rows)) return false;
  }
  const bool ta = o.first == CUBLAS_OP_T, tb = o.second == CUBLAS_OP_T;
  return (ta ? a.columns : a.rows) == d.rows && (tb ? b.rows : b.columns) == d.columns &&
         (ta ? a.rows : a.columns) == (tb ? b.columns : b.rows);
}

double element(const void* data, const Layout& l, const Operation& o, std::size_t row, std::size_t column) {
  const std::size_t at = column * static_cast<std::size_t>(l.ld) + row;
  if (l.type == CUDA_R_64F) return static_cast<const double*>(data)[at];
  std::uint32_t bits = 0;
  if (l.type == CUDA_R_16BF) bits = std::uint32_t{static_cast<const std::uint16_t*>(data)[at]} << 16U;
  else std::memcpy(&bits, static_cast<const float*>(data) + at, sizeof bits);
  if (o.compute == CUBLAS_COMPUTE_32F_FAST_TF32) bits = (bits + 0x1000U) & ~0x1fffU;
  float value = 0;
  std::memcpy(&value, &bits, sizeof value);
  return static_cast<double>(value);
}

template <class T>
void multiply(const Operation& o, const void* a, const Layout& la, const void* b, const Layout& lb, T alpha, T beta,
              const T* c, T* d, const Layout& ld) {
  const bool ta = o.first == CUBLAS_OP_T, tb = o.second == CUBLAS_OP_T;
  const std::size_t depth = ta ? la.rows : la.columns;
  for (std::size_t j = 0; j < ld.columns; ++j) {
    for (std::size_t i = 0; i < ld.rows; ++i) {
      double sum = 0;
      for (std::size_t p = 0; p < depth; ++p)
        sum += element(a, la, o, ta ? p : i, ta ? i : p) * element(b, lb, o, tb ? j : p, tb ? p : j);
      const std::size_t at = j * static_cast<std::size_t>(ld.ld) + i;
      sum *= static_cast<double>(alpha);
      if (beta != T(0)) sum += static_cast<double>(beta) * static_cast<double>(c[at]);
      if (has_bias(o.epilogue)) sum += static_cast<double>(static_cast<const T*>(o.bias)[i]);
      if (has_relu(o.epilogue) && sum < 0) sum = 0;
      d[at] = static_cast<T>(sum);
    }
  }
}

}  // namespace

stub::CublasLt& stub::cublaslt() {
  static CublasLt lt;
  return lt;
}

extern "C" {

cublasStatus_t cublasLtCreate(cublasLtHandle_t* handle) { return make(handle, 0); }
cublasStatus_t cublasLtDestroy(cublasLtHandle_t handle) { return destroy<int>(handle); }

cublasStatus_t cublasLtMatmulDescCreate(cublasLtMatmulDesc_t* out, cublasComputeType_t compute, cudaDataType_t scale) {
  return make(out, Operation{compute, scale});
}
cublasStatus_t cublasLtMatmulDescDestroy(cublasLtMatmulDesc_t o) { return destroy<Operation>(o); }
cublasStatus_t cublasLtMatmulDescSetAttribute(cublasLtMatmulDesc_t handle, cublasLtMatmulDescAttributes_t which,
                                              const void* value, std::size_t size) {
  if (fails()) return CUBLAS_STATUS_INVALID_VALUE;
  auto& o = *reinterpret_cast<Operation*>(handle);
  switch (which) {
    case CUBLASLT_MATMUL_DESC_TRANSA:
      return write(o.first, value, size);
    case CUBLASLT_MATMUL_DESC_TRANSB:
      return write(o.second, value, size);
    case CUBLASLT_MATMUL_DESC_EPILOGUE:
      return write(o.epilogue, value, size);
    case CUBLASLT_MATMUL_DESC_BIAS_POINTER:
      return write(o.bias, value, size);
    default:
      return CUBLAS_STATUS_NOT_SUPPORTED;
  }
}

cublasStatus_t cublasLtMatrixLayoutCreate(cublasLtMatrixLayout_t* out, cudaDataType type, std::uint64_t rows,
                                          std::uint64_t columns, std::int64_t ld) {
  return make(out, Layout{type, rows, columns, ld});
}
cublasStatus_t cublasLtMatrixLayoutDestroy(cublasLtMatrixLayout_t l) { return destroy<Layout>(l); }

cublasStatus_t cublasLtMatmulPreferenceCreate(cublasLtMatmulPreference_t* out) { return make(out, Preference{}); }
cublasStatus_t cublasLtMatmulPreferenceDestroy(cublasLtMatmulPreference_t p) { return destroy<Preference>(p); }
cublasStatus_t cublasLtMatmulPreferenceSetAttribute(cublasLtMatmulPreference_t handle,
                                                    cublasLtMatmulPreferenceAttributes_t which, const void* value,
                                                    std::size_t size) {
  if (fails()) return CUBLAS_STATUS_INVALID_VALUE;
  auto& p = *reinterpret_cast<Preference*>(handle);
  switch (which) {
    case CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES:
      return write(p.workspace, value, size);
    case CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_A_BYTES:
      return write(p.align_a, value, size);
    case CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_B_BYTES:
      return write(p.align_b, value, size);
    case CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_C_BYTES:
      return write(p.align_c, value, size);
    case CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_D_BYTES:
      return write(p.align_d, value, size);
    default:
      return CUBLAS_STATUS_NOT_SUPPORTED;
  }
}

cublasStatus_t cublasLtMatmulAlgoGetHeuristic(cublasLtHandle_t, cublasLtMatmulDesc_t operation,
                                              cublasLtMatrixLayout_t a, cublasLtMatrixLayout_t b,
                                              cublasLtMatrixLayout_t c, cublasLtMatrixLayout_t d,
                                              cublasLtMatmulPreference_t preference, int requested,
                                              cublasLtMatmulHeuristicResult_t* results, int* found) {
  *found = 0;
  if (fails() || requested < 1) return CUBLAS_STATUS_INVALID_VALUE;
  ++state().chosen;
  const auto& o = as<Operation>(operation);
  const auto &la = as<Layout>(a), &lb = as<Layout>(b), &lc = as<Layout>(c), &ld = as<Layout>(d);
  const auto& p = as<Preference>(preference);
  if (!fits(o, la, lb, ld) || !fits(o, la, lb, lc)) return CUBLAS_STATUS_INVALID_VALUE;
  if (!supported(o, la, lb, lc) || !supported(o, la, lb, ld)) return CUBLAS_STATUS_NOT_SUPPORTED;
  if (!state().epilogues && o.epilogue != CUBLASLT_EPILOGUE_DEFAULT) return CUBLAS_STATUS_NOT_SUPPORTED;
  Algorithm algorithm;
  algorithm.workspace = p.workspace;  // it needs all it may have
  algorithm.extents = extents_of(o, la, lb, ld);
  algorithm.align_a = p.align_a;
  algorithm.align_b = p.align_b;
  algorithm.align_c = std::max(p.align_c, p.align_d);
  algorithm.align_bias = has_bias(o.epilogue) ? alignment(o.bias) : 1;
  algorithm.epilogue = static_cast<std::uint32_t>(o.epilogue);
  *results = {};
  std::memcpy(&results->algo, &algorithm, sizeof algorithm);
  results->workspaceSize = algorithm.workspace;
  results->state = CUBLAS_STATUS_SUCCESS;
  *found = 1;
  return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasLtMatmul(cublasLtHandle_t, cublasLtMatmulDesc_t operation, const void* alpha, const void* a,
                              cublasLtMatrixLayout_t a_layout, const void* b, cublasLtMatrixLayout_t b_layout,
                              const void* beta, const void* c, cublasLtMatrixLayout_t c_layout, void* d,
                              cublasLtMatrixLayout_t d_layout, const cublasLtMatmulAlgo_t* chosen, void* workspace,
                              std::size_t bytes, cudaStream_t) {
  if (fails()) return CUBLAS_STATUS_EXECUTION_FAILED;
  const auto& o = as<Operation>(operation);
  const auto &la = as<Layout>(a_layout), &lb = as<Layout>(b_layout), &ld = as<Layout>(d_layout);
  Algorithm algorithm;
  std::memcpy(static_cast<void*>(&algorithm), chosen, sizeof algorithm);
  const bool planned = algorithm.magic == Algorithm{}.magic && algorithm.extents == extents_of(o, la, lb, ld) &&
                       algorithm.epilogue == static_cast<std::uint32_t>(o.epilogue);
  const bool aligned = alignment(a) >= algorithm.align_a && alignment(b) >= algorithm.align_b &&
                       std::min(alignment(c), alignment(d)) >= algorithm.align_c &&
                       (!has_bias(o.epilogue) || alignment(o.bias) >= algorithm.align_bias);
  if (!planned || !aligned || workspace == nullptr || bytes < algorithm.workspace || c_layout != d_layout)
    return CUBLAS_STATUS_INVALID_VALUE;
  static_cast<char*>(workspace)[0] = static_cast<char*>(workspace)[bytes - 1] = 0x55;  // all of it is there
  const bool single = ld.type == CUDA_R_32F;
  const double factor = single ? static_cast<double>(as<float>(beta)) : as<double>(beta);
  state().products.push_back({o.compute, la.type, ld.type, o.epilogue, o.first == CUBLAS_OP_T, o.second == CUBLAS_OP_T,
                              ld.rows, ld.columns, o.first == CUBLAS_OP_T ? la.rows : la.columns,
                              static_cast<std::size_t>(la.ld), static_cast<std::size_t>(lb.ld),
                              static_cast<std::size_t>(ld.ld), factor, bytes});
  if (single)
    multiply(o, a, la, b, lb, as<float>(alpha), as<float>(beta), static_cast<const float*>(c), static_cast<float*>(d),
             ld);
  else
    multiply(o, a, la, b, lb, as<double>(alpha), as<double>(beta), static_cast<const double*>(c),
             static_cast<double*>(d), ld);
  return CUBLAS_STATUS_SUCCESS;
}

}  // extern "C"
