#pragma once
// Dense matrix product for row-major matrices.

#include <strata/backend/cpu/parallel.hpp>
#include <strata/core/simd.hpp>

#include <cstddef>

namespace STRATA_NAMESPACE {

/// C[m, n] (+)= op(A)[m, k] op(B)[k, n] + bias[n], all row-major; `bias` may be null. C overlaps nothing.
template <class T>
struct GemmArguments {
  std::size_t m, n, k;
  const T* a;
  std::size_t lda;
  bool transpose_a;  // A is stored [k, m]
  const T* b;
  std::size_t ldb;
  bool transpose_b;  // B is stored [n, k]
  T* c;
  std::size_t ldc;
  bool accumulate;  // add to C instead of overwriting it
  const T* bias;
};

/// The product on `threads` threads: the same bits for any number of them and for any subset of the rows.
template <class T, class Arch = xsimd::default_arch>
void gemm(const GemmArguments<T>& g, int threads) noexcept {
  parallel_for(threads, g.m, [&](std::size_t first, std::size_t last) {
    for (std::size_t i = first; i < last; ++i) {
      for (std::size_t j = 0; j < g.n; ++j) {
        T sum = T(0);
        for (std::size_t p = 0; p < g.k; ++p) {
          const T a = g.transpose_a ? g.a[p * g.lda + i] : g.a[i * g.lda + p];
          const T b = g.transpose_b ? g.b[j * g.ldb + p] : g.b[p * g.ldb + j];
          sum += a * b;
        }
        if (g.bias != nullptr) sum += g.bias[j];
        T& c = g.c[i * g.ldc + j];
        c = g.accumulate ? c + sum : sum;
      }
    }
  });
}

}  // namespace STRATA_NAMESPACE
