#pragma once
// Dense matrix product for row-major matrices of any size: packed panels and a register-blocked kernel, after
// Goto and van de Geijn, "Anatomy of high-performance matrix multiplication" (2008).
//
//   for each block of `depth` along k                    the same blocks for every size and number of threads
//     for each block of rows of A: pack it               [row panel][depth][panel_stride], stays in L2
//       for each panel of columns of B: pack it          [depth][columns], stays in L1 or near it
//         for each row panel: kernel                     up to tile_rows x columns sums in registers
//
// Bias and activation are part of the store: no pass of their own.
// Every element of C is one chain of fma over ascending k in each block of k, then added to what came before.
// So its bits depend on its row of A and its column of B alone: neither on threads nor on the other rows.
// Edges are panels padded with zeros that run through the same kernel; only what exists is stored.

#include <strata/backend/cpu/apply.hpp>
#include <strata/backend/cpu/pack.hpp>
#include <strata/backend/cpu/parallel.hpp>
#include <strata/core/simd.hpp>
#include <strata/ops/matmul.hpp>

#include <algorithm>
#include <cstddef>
#include <utility>

namespace STRATA_NAMESPACE {

namespace detail {

/// The blocking for one register size: 28 + 3 of 32 registers, or 12 + 3 of 16.
template <class T, class Arch>
struct GemmBlocks {
  using V = simd<T, Arch>;
#if defined(__AVX512F__) || defined(__aarch64__)
  static constexpr std::size_t tile_rows = 14;
#else
  static constexpr std::size_t tile_rows = 6;
#endif
  static constexpr std::size_t width = V::size;
  static constexpr std::size_t columns = 2 * width;
  static constexpr std::size_t depth = 384;
  static constexpr std::size_t panel_stride = (tile_rows + width - 1) / width * width;
  /// 192 KiB of A and at most 48 KiB of B lie on the stack of each thread.
  static constexpr std::size_t row_panels = 192 * 1024 / (panel_stride * depth * sizeof(T));
  static constexpr std::size_t block_rows = row_panels * tile_rows;
};

/// Where a tile of C goes, and how.
template <class T>
struct GemmTile {
  T* c;
  std::size_t ldc, rows, columns;
  bool accumulate;
  const T* bias;
  bool relu;
};

/// Writes `count` columns of a row of a tile, a register at most: C = (C +) (bias +) sum, through ReLU where the tile
/// says so.
template <class T, class V>
[[gnu::always_inline]] inline void store_part(const GemmTile<T>& tile, std::size_t row, std::size_t column,
                                              std::size_t count, V sum) {
  using Arch = typename V::arch_type;
  T* const c = tile.c + row * tile.ldc + column;
  if (tile.bias != nullptr) sum = load_some<T, Arch>(tile.bias + column, count) + sum;
  if (tile.accumulate) sum = load_some<T, Arch>(c, count) + sum;
  if (tile.relu) sum = ops::Relu{}(sum);
  store_some(c, sum, count);
}

/// The same for a row of two registers at most.
template <class T, class V>
[[gnu::always_inline]] inline void store_row(const GemmTile<T>& tile, std::size_t row, V low, V high) {
  const std::size_t lows = std::min(V::size, tile.columns), highs = tile.columns - lows;
  if (highs == V::size) {
    store_part(tile, row, 0, V::size, low);
    store_part(tile, row, V::size, V::size, high);
  } else {
    store_part(tile, row, 0, lows, low);
    if (highs > 0) store_part(tile, row, lows, highs, high);
  }
}

/// Rows x columns sums over `depth`, all in registers. The folds unroll by construction, at any -O.
template <class T, class Arch, std::size_t... Row>
void gemm_kernel(std::size_t depth, const T* a, const T* b, std::size_t ldb, const GemmTile<T>& tile,
                 std::index_sequence<Row...>) {
  using Blocks = GemmBlocks<T, Arch>;
  using V = typename Blocks::V;
  V low[sizeof...(Row)] = {((void)Row, V(T(0)))...};
  V high[sizeof...(Row)] = {((void)Row, V(T(0)))...};
  for (std::size_t p = 0; p < depth; ++p, a += Blocks::panel_stride, b += ldb) {
    const V b_low = lanes::load<T, Arch>(b);
    const V b_high = lanes::load<T, Arch>(b + Blocks::width);
    const auto add = [&](T element, V& l, V& h) __attribute__((always_inline)) {
      const V broadcast(element);
      l = lanes::fma(broadcast, b_low, l);
      h = lanes::fma(broadcast, b_high, h);
    };
    (add(a[Row], low[Row], high[Row]), ...);
  }
  ((Row < tile.rows ? store_row(tile, Row, low[Row], high[Row]) : void()), ...);
}

/// The kernel of the smallest height that holds the tile.
template <class T, class Arch>
void gemm_tile(std::size_t depth, const T* a, const T* b, std::size_t ldb, const GemmTile<T>& tile) {
  constexpr std::size_t tile_rows = GemmBlocks<T, Arch>::tile_rows;
  constexpr std::size_t half_rows = tile_rows == 14 ? 8 : 4;
  if (tile.rows > half_rows) {
    gemm_kernel<T, Arch>(depth, a, b, ldb, tile, std::make_index_sequence<tile_rows>{});
  } else if (tile.rows > 2) {
    gemm_kernel<T, Arch>(depth, a, b, ldb, tile, std::make_index_sequence<half_rows>{});
  } else if (tile.rows == 2) {
    gemm_kernel<T, Arch>(depth, a, b, ldb, tile, std::make_index_sequence<2>{});
  } else {
    gemm_kernel<T, Arch>(depth, a, b, ldb, tile, std::make_index_sequence<1>{});
  }
}

/// A rectangle of C and the range of k that is added to it.
struct GemmRange {
  std::size_t row, row_end, column, column_end, p, depth;
};

/// One block of rows: packs A, then goes along the columns.
template <class T, class Arch>
void gemm_block(const ops::MatmulArguments<T>& g, const GemmRange& r, T* packed_a, T* packed_b) {
  using Blocks = GemmBlocks<T, Arch>;
  constexpr std::size_t panel_size = Blocks::panel_stride * Blocks::depth;
  for (std::size_t i = r.row; i < r.row_end; i += Blocks::tile_rows) {
    T* panel = packed_a + (i - r.row) / Blocks::tile_rows * panel_size;
    const std::size_t rows = std::min(Blocks::tile_rows, r.row_end - i);
    pack<T, Arch>(panel, Blocks::panel_stride, g.a, g.lda, !g.transpose_a, i, rows, r.p, r.depth);
  }
  // A few rows do not repay a copy of B where it can be read as it lies.
  const bool in_place = !g.transpose_b && r.depth > 0 && r.row_end - r.row <= Blocks::tile_rows;
  for (std::size_t j = r.column; j < r.column_end; j += Blocks::columns) {
    const std::size_t columns = std::min(Blocks::columns, r.column_end - j);
    const T* b = packed_b;
    std::size_t ldb = Blocks::columns;
    if (in_place && columns == Blocks::columns) {
      b = g.b + r.p * g.ldb + j;
      ldb = g.ldb;
    } else {
      pack<T, Arch>(packed_b, ldb, g.b, g.ldb, g.transpose_b, j, columns, r.p, r.depth);
    }
    const bool first = r.p == 0, last = r.p + r.depth == g.k;
    const bool relu = last && g.activation == ops::Activation::relu;
    const T* bias = first && g.bias != nullptr ? g.bias + j : nullptr;
    for (std::size_t i = r.row; i < r.row_end; i += Blocks::tile_rows) {
      const T* a = packed_a + (i - r.row) / Blocks::tile_rows * panel_size;
      const std::size_t rows = std::min(Blocks::tile_rows, r.row_end - i);
      const bool accumulate = g.accumulate || !first;
      gemm_tile<T, Arch>(r.depth, a, b, ldb, {g.c + i * g.ldc + j, g.ldc, rows, columns, accumulate, bias, relu});
    }
  }
}

/// The share of one thread.
template <class T, class Arch>
void gemm_share(const ops::MatmulArguments<T>& g, std::size_t row, std::size_t row_end, std::size_t column,
                std::size_t column_end) {
  using Blocks = GemmBlocks<T, Arch>;
  alignas(64) T packed_a[Blocks::row_panels * Blocks::panel_stride * Blocks::depth];
  alignas(64) T packed_b[Blocks::columns * Blocks::depth];
  std::size_t p = 0;
  do {  // once for k == 0 too, which leaves the bias
    const std::size_t depth = std::min(Blocks::depth, g.k - p);
    for (std::size_t i = row; i < row_end; i += Blocks::block_rows) {
      const std::size_t block_end = std::min(row_end, i + Blocks::block_rows);
      gemm_block<T, Arch>(g, {i, block_end, column, column_end, p, depth}, packed_a, packed_b);
    }
    p += depth;
  } while (p < g.k);
}

/// Cuts C among threads along its longer side, in whole tiles: body(row, row_end, column, column_end).
template <class Body>
void split_product(int threads, std::size_t m, std::size_t n, std::size_t tile_rows, std::size_t tile_columns,
                   Body body) {
  if (m > n) {
    parallel_for(threads, (m + tile_rows - 1) / tile_rows, [&](std::size_t first, std::size_t last) {
      body(first * tile_rows, std::min(m, last * tile_rows), std::size_t{0}, n);
    });
  } else {
    parallel_for(threads, (n + tile_columns - 1) / tile_columns, [&](std::size_t first, std::size_t last) {
      body(std::size_t{0}, m, first * tile_columns, std::min(n, last * tile_columns));
    });
  }
}

}  // namespace detail

/// The product on `threads` threads: the same bits for any number of them and for any subset of the rows.
/// Uses at most 240 KiB of stack a thread and no heap.
template <class T, class Arch = xsimd::default_arch>
void gemm(const ops::MatmulArguments<T>& g, int threads) noexcept {
  using Blocks = detail::GemmBlocks<T, Arch>;
  if (g.m == 0 || g.n == 0) return;
  // Each thread packs all of the matrix that is not split, so the longer side of C is.
  detail::split_product(threads, g.m, g.n, Blocks::tile_rows, Blocks::columns,
                        [&](std::size_t row, std::size_t row_end, std::size_t column, std::size_t column_end) {
                          detail::gemm_share<T, Arch>(g, row, row_end, column, column_end);
                        });
}

}  // namespace STRATA_NAMESPACE
