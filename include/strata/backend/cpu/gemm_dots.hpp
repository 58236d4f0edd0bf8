#pragma once
// The matrix product A Bᵀ, k of which lies one after another in both: dot products, without a copy of either.
//
// A tile has as many sums as a register has lanes, each a register of partial sums along k. Together they become one
// register of results. Every element of C is made of a chain of fma for each lane and the sums of these, so its bits
// depend on its row of A and its row of B alone.

#include <strata/backend/cpu/apply.hpp>
#include <strata/backend/cpu/pack.hpp>
#include <strata/ops/matmul.hpp>

#include <algorithm>
#include <cstddef>
#include <utility>

namespace STRATA_NAMESPACE::detail {

/// Lane i is the sum of all lanes of rows[i]. Each round adds neighbours of two registers into one.
template <class V>
V sums_of_rows(V (&rows)[V::size]) {
  constexpr auto lanes = std::make_index_sequence<V::size>{};
  for (std::size_t count = V::size / 2; count > 0; count /= 2) {
    for (std::size_t i = 0; i < count; ++i)
      rows[i] = interleave<0>(rows[i], rows[i + count], lanes) + interleave<1>(rows[i], rows[i + count], lanes);
  }
  return rows[0];
}

template <class T>
class GemmDots {
  using V = simd<T>;
  static constexpr std::size_t width = V::size;
  static constexpr std::size_t rows = width < 4 ? width : 4;  ///< of a tile

 public:
  /// Shorter dot products are not worth their sums.
  static constexpr std::size_t least_depth = 512;

  /// Rows [row, row_end) and columns [column, column_end) of C; k > 0.
  static void run(const ops::MatmulArguments<T>& g, std::size_t row, std::size_t row_end, std::size_t column,
                  std::size_t column_end) {
    const std::size_t block = std::max(width, cached / g.k / width * width);  // rows of B that stay in the cache
    for (std::size_t j = column; j < column_end; j += block) {
      const std::size_t end = std::min(column_end, j + block);
      std::size_t i = row;
      for (; i + 2 < row_end; i += rows) tiles<rows>(g, i, row_end, j, end);
      if (row_end - i == 2) tiles<2>(g, i, row_end, j, end);
      else
        for (; i < row_end; ++i) tiles<1>(g, i, i + 1, j, end);
    }
  }

 private:
  static constexpr std::size_t cached = 512 * 1024 / sizeof(T);  ///< elements of B, with room for A and C beside them

  template <std::size_t Rows>
  static void tiles(const ops::MatmulArguments<T>& g, std::size_t row, std::size_t row_end, std::size_t column,
                    std::size_t column_end) {
    constexpr std::size_t across = width / Rows;
    for (; column < column_end; column += across) tile<Rows, across>(g, row, row_end - 1, column, column_end - 1);
  }

  /// Rows and columns behind the last are computed as the last and not stored.
  template <std::size_t Rows, std::size_t Columns>
  static void tile(const ops::MatmulArguments<T>& g, std::size_t row, std::size_t last_row, std::size_t column,
                   std::size_t last_column) {
    const T *a[Rows], *b[Columns];
    unrolled<Rows>([&](std::size_t i)
                       __attribute__((always_inline)) { a[i] = g.a + std::min(row + i, last_row) * g.lda; });
    unrolled<Columns>([&](std::size_t j)
                          __attribute__((always_inline)) { b[j] = g.b + std::min(column + j, last_column) * g.ldb; });
    V sum[width];
    unrolled<width>([&](std::size_t i) __attribute__((always_inline)) { sum[i] = V(T(0)); });
    const auto add = [&](auto load) __attribute__((always_inline)) {
      V y[Columns];
      unrolled<Columns>([&](std::size_t j) __attribute__((always_inline)) { y[j] = lanes::loaded_once(load(b[j])); });
      unrolled<Rows>([&](std::size_t i) __attribute__((always_inline)) {
        const V x = lanes::loaded_once(load(a[i]));
        unrolled<Columns>([&](std::size_t j) __attribute__((always_inline)) {
          sum[i * Columns + j] = lanes::fma(x, y[j], sum[i * Columns + j]);
        });
      });
    };
    std::size_t p = 0;
    for (; p + width <= g.k; p += width)
      add([p](const T* from) __attribute__((always_inline)) { return lanes::load<T>(from + p); });
    if (p < g.k) add([&](const T* from) { return lanes::load_first<T>(from + p, g.k - p); });
    T all[width];
    lanes::store(all, sums_of_rows(sum));
    const bool whole = column + Columns <= last_column + 1;
    for (std::size_t i = 0; i < Rows && row + i <= last_row; ++i) {
      if (whole) store<Columns>(g, row + i, column, all + i * Columns);
      else
        for (std::size_t j = column; j <= last_column; ++j) store<1>(g, row + i, j, all + i * Columns + (j - column));
    }
  }

  /// C = (C +) (bias +) sum, through the activation, for some columns of a row.
  template <std::size_t Columns>
  static void store(const ops::MatmulArguments<T>& g, std::size_t row, std::size_t column, const T* sums) {
    T* const c = g.c + row * g.ldc + column;
    T to[Columns];
    std::copy_n(sums, Columns, to);
    if (g.bias != nullptr)
      for (std::size_t j = 0; j < Columns; ++j) to[j] = g.bias[column + j] + to[j];
    if (g.accumulate)
      for (std::size_t j = 0; j < Columns; ++j) to[j] = c[j] + to[j];
    if (g.activation == ops::Activation::relu)
      for (std::size_t j = 0; j < Columns; ++j) to[j] = ops::Relu{}(to[j]);
    std::copy_n(to, Columns, c);
  }
};

}  // namespace STRATA_NAMESPACE::detail
