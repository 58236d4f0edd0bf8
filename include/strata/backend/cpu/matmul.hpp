#pragma once
// matmul on the CPU, in one of three ways: dot products (gemm_dots.hpp), factors read where they lie
// (gemm_in_place.hpp), or packed (gemm.hpp). Where one way becomes faster than another was found with
// `benchmarks/run.sh --only matmul` on a processor with AVX-512 and 2 MiB of second-level cache.
//
// Which rows are asked for changes no bits: the last two have the same, and dot products are chosen by B and by how A
// lies. Which columns are asked for may.

#include <strata/backend/cpu/cpu.hpp>
#include <strata/backend/cpu/gemm.hpp>
#include <strata/backend/cpu/gemm_dots.hpp>
#include <strata/backend/cpu/gemm_in_place.hpp>
#include <strata/tensor/tensor_list.hpp>

namespace STRATA_NAMESPACE {

template <class T>
struct Kernel<ops::Matmul, Cpu<T>> {
  static void run(typename Cpu<T>::Stream stream, ops::MatmulArguments<T> a) {
    if (a.m == 0 || a.n == 0) return;
    if (a.m == 1 && a.transpose_a && a.lda == 1) {  // a column that lies as a row does
      a.transpose_a = false;
      a.lda = a.k;
    }
    // one multiplication costs 1/16 of an element
    const int threads = threads_for(stream.threads, a.m * a.n * a.k / 16);
    if (as_dots(a)) {
      detail::split_product(threads, a.m, a.n, 4, 2 * width, [&](auto... rectangle) { Dots::run(a, rectangle...); });
    } else if (a.k > 0 && in_place(a)) {
      detail::split_product(threads, a.m, a.n, detail::RowTile::rows, 2 * width,
                            [&](std::size_t row, std::size_t row_end, std::size_t column, std::size_t column_end) {
                              detail::GemmInPlace<T>(a, row, row_end).run(column, column_end);
                            });
    } else {
      gemm<T>(a, threads);
    }
  }

 private:
  using Dots = detail::GemmDots<T>;
  static_assert(detail::GemmInPlace<T>::depth == detail::GemmBlocks<T, xsimd::default_arch>::depth,
                "in place and packed, sums are cut at the same places");
  static_assert(Dots::least_depth == detail::long_row,
                "steps read long rows as they lie, for their sums are those here");
  static constexpr std::size_t width = simd_width<T>;
  static constexpr std::size_t level_2 = 2048 * 1024 / sizeof(T);  ///< elements of a usual second-level cache

  /// Long rows of a B that stays in the cache.
  static constexpr bool as_dots(const ops::MatmulArguments<T>& a) {
    return !a.transpose_a && a.transpose_b && a.k >= Dots::least_depth && a.n * a.k <= level_2;
  }
  /// Everything stays in the second-level cache; or in the third, with sums long enough to pay for their way to memory
  /// and rows of A that lie in a piece; or B is read for few rows and need not be turned.
  static constexpr bool in_place(const ops::MatmulArguments<T>& a) {
    const std::size_t all = a.m * a.k + a.k * a.n + a.m * a.n;
    return all <= level_2 / 2 || (!a.transpose_a && a.k >= 128 && all <= 8 * level_2) ||
           (!a.transpose_a && !a.transpose_b && a.m <= 96);
  }
};

}  // namespace STRATA_NAMESPACE
