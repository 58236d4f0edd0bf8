#pragma once
// Dense matrix product whose factors are rounded to bfloat16 and whose sums are floats, blocked as in gemm.hpp, with
// the unit for pairs (pair_sums.hpp) that the processor has.
//
//   for each block of `depth` along k
//     for each block of rows of A: pack it              [16 rows][squares along k], stays in L2
//       for each panel of columns of B: pack it         [16 columns][squares along k], stays in L1
//         for each tile: sums, then C = f((C +) (bias +) sums)
//
// Every element of C is one chain over ascending blocks of k, so its bits depend on its row of A, its column of B and
// the unit: neither on threads nor on the other rows.

#include <strata/backend/cpu/gemm.hpp>
#include <strata/backend/cpu/pair_sums.hpp>
#include <strata/backend/cpu/parallel.hpp>
#include <strata/core/processor.hpp>
#include <strata/ops/matmul.hpp>

#include <algorithm>
#include <cstddef>

namespace STRATA_NAMESPACE {

namespace detail {

/// Writes a tile of C from its sums, `stride` apart.
inline void store_sums(const GemmTile<float>& tile, const float* sums, std::size_t stride) {
  constexpr std::size_t width = simd_width<float>;
  for (std::size_t row = 0; row < tile.rows; ++row, sums += stride) {
    for (std::size_t j = 0; j < tile.columns; j += width)
      store_part(tile, row, j, std::min(width, tile.columns - j), lanes::load<float>(sums + j));
  }
}

/// The product in blocks for one unit.
template <class Unit>
class GemmPairs {
  static constexpr std::size_t length = Unit::depth / pairs::depth;  ///< squares along a block of k
  static constexpr std::size_t columns = Unit::squares * pairs::side;
  static constexpr std::size_t block_rows = 128 * 1024 / Unit::depth;  ///< 256 KiB of A lie on the stack of each thread
  static_assert(Unit::depth % pairs::depth == 0 && block_rows % pairs::side == 0 && block_rows % Unit::rows == 0);

 public:
  explicit GemmPairs(const ops::MatmulArguments<float>& g) : g_(g) {}

  /// Rows and columns of C of one thread.
  void run(std::size_t row, std::size_t row_end, std::size_t column, std::size_t column_end) {
    std::size_t p = 0;
    do {  // once for k == 0 too, which leaves the bias
      const std::size_t depth = std::min(Unit::depth, g_.k - p);
      for (std::size_t i = row; i < row_end; i += block_rows) {
        const std::size_t rows = std::min(block_rows, row_end - i);
        pack_rows(i, rows, p, depth);
        for (std::size_t j = column; j < column_end; j += columns) {
          const std::size_t count = std::min(columns, column_end - j);
          pack_columns(j, count, p, depth);
          for (std::size_t t = 0; t < rows; t += Unit::rows)
            one_tile(i + t, t, std::min(Unit::rows, rows - t), j, count, p, depth);
        }
      }
      p += depth;
    } while (p < g_.k);
  }

 private:
  static std::size_t squares(std::size_t count, std::size_t side) { return (count + side - 1) / side; }

  // Factors may be null where k is 0.
  void pack_rows(std::size_t first, std::size_t count, std::size_t p, std::size_t depth) {
    if (depth == 0) return;
    pack_pairs(a_, at(g_.a, g_.lda, !g_.transpose_a, first, p), g_.lda, !g_.transpose_a, true, count, depth);
  }
  void pack_columns(std::size_t first, std::size_t count, std::size_t p, std::size_t depth) {
    if (depth == 0) return;
    pack_pairs(b_, at(g_.b, g_.ldb, g_.transpose_b, first, p), g_.ldb, g_.transpose_b, false, count, depth);
  }
  static const float* at(const float* factor, std::size_t ld, bool k_contiguous, std::size_t row, std::size_t p) {
    return k_contiguous ? factor + row * ld + p : factor + p * ld + row;
  }

  /// The tile at C[row, column], whose rows begin at `packed` in the block.
  void one_tile(std::size_t row, std::size_t packed, std::size_t rows, std::size_t column, std::size_t count,
                std::size_t p, std::size_t depth) {
    const std::size_t along = squares(depth, pairs::depth);
    const float* a = a_ + packed / pairs::side * along * pairs::size + packed % pairs::side * pairs::side;
    Unit::run({rows, squares(count, pairs::side), along, a, b_, sums_, columns});
    const bool first = p == 0, last = p + depth == g_.k;
    store_sums(
        {g_.c + row * g_.ldc + column, g_.ldc, rows, count, g_.accumulate || !first,
         first && g_.bias != nullptr ? g_.bias + column : nullptr, last && g_.activation == ops::Activation::relu},
        sums_, columns);
  }

  const ops::MatmulArguments<float>& g_;
  alignas(64) float a_[block_rows / pairs::side * length * pairs::size];
  alignas(64) float b_[Unit::squares * length * pairs::size];
  alignas(64) float sums_[Unit::rows * columns];
};

/// The product by one unit; each thread keeps a State while it works.
template <class Unit, class State>
void gemm_pairs_by(const ops::MatmulArguments<float>& g, int threads) {
  split_product(threads, g.m, g.n, std::max(Unit::rows, pairs::side), pairs::side, [&](auto... rectangle) {
    [[maybe_unused]] const State state{};
    GemmPairs<Unit>(g).run(rectangle...);
  });
}

}  // namespace detail

/// The product on `threads` threads: the same bits for any number of them and for any subset of the rows. Uses at most
/// 300 KiB of stack a thread and no heap.
inline void gemm_pairs(const ops::MatmulArguments<float>& g, int threads) noexcept {
  struct Nothing {};
  if (g.m == 0 || g.n == 0) return;
#if defined(__x86_64__)
  if (detail::multiplies_tiles()) {
    return detail::gemm_pairs_by<detail::PairTiles<detail::TileRegisters>, detail::TileRegisters>(g, threads);
  }
  if (detail::multiplies_pairs()) return detail::gemm_pairs_by<detail::PairRegisters, Nothing>(g, threads);
#endif
  detail::gemm_pairs_by<detail::PairLanes<>, Nothing>(g, threads);
}

}  // namespace STRATA_NAMESPACE
