#pragma once
// Products of a few rows with a packed matrix, all sums of a tile in registers at once.
//
// The matrix lies in panels as wide as so many registers, one row of a panel after the other:
//
//   panel[p][vector][lane], p < depth      so that a product reads it from one end to the other
//
// Every sum is one chain of fma over ascending p that begins with 0: its bits depend on its row and its column alone.

#include <strata/backend/cpu/apply.hpp>
#include <strata/core/parts.hpp>
#include <strata/core/simd.hpp>

#include <cstddef>

namespace STRATA_NAMESPACE::detail {

/// How large a tile may be: 24 sums, 4 factors and a broadcast fill 32 registers, 8 sums 16. A single row takes more
/// panels at once, for a sum is added to only every fourth cycle.
struct RowTile {
#if defined(__AVX512F__) || defined(__aarch64__)
  static constexpr std::size_t rows = 6;
  static constexpr std::size_t panels(std::size_t rows) { return rows == 1 ? 4 : rows == 2 ? 2 : 1; }
#else
  static constexpr std::size_t rows = 2;
  static constexpr std::size_t panels(std::size_t rows) { return rows == 1 ? 2 : 1; }
#endif
  static constexpr std::size_t vectors = 4;            ///< of a panel
  static constexpr std::size_t sums = rows * vectors;  ///< registers of sums
};

/// Where the factors of a product lie: a[row, p] = a[row * a_row + p * a_step], panel number s at b + s * panel, its
/// row p at p * b_step behind that.
template <class T>
struct RowProduct {
  std::size_t depth;
  const T* a;
  std::size_t a_row, a_step;
  const T* b;
  std::size_t b_step, panel;
};

/// sums[row][panel][vector][lane] = Σ a[row, p] · panel[p][vector][lane] of one tile.
template <std::size_t Rows, std::size_t Panels, std::size_t Vectors, class T>
void row_sums(const RowProduct<T>& of, T* sums) {
  using V = simd<T>;
  constexpr std::size_t across = Panels * Vectors;
  const std::size_t a_row = of.a_row, a_step = of.a_step, b_step = of.b_step, panel = of.panel;
  const T *a = of.a, *b = of.b;
  V sum[Rows * across];
  unrolled<Rows * across>([&](std::size_t i) __attribute__((always_inline)) { sum[i] = V(T(0)); });
  for (std::size_t p = of.depth; p > 0; --p, a += a_step, b += b_step) {
    V factor[across];
    unrolled<across>([&](std::size_t i) __attribute__((always_inline)) {
      factor[i] = lanes::load<T>(b + i / Vectors * panel + i % Vectors * V::size);
    });
    unrolled<Rows>([&](std::size_t r) __attribute__((always_inline)) {
      const V x(a[r * a_row]);
      unrolled<across>([&](std::size_t i) __attribute__((always_inline)) {
        sum[r * across + i] = lanes::fma(x, factor[i], sum[r * across + i]);
      });
    });
  }
  unrolled<Rows * across>([&](std::size_t i)
                              __attribute__((always_inline)) { lanes::store(sums + i * V::size, sum[i]); });
}

/// How many panels of so many registers a tile takes at most: narrow ones are what is left over, and come alone.
template <std::size_t Vectors>
constexpr std::size_t most_panels(std::size_t rows) {
  return Vectors == RowTile::vectors ? RowTile::panels(rows) : 1;
}

/// The same for a size known at run time; panels are 1, or as many as such rows take, or half of that.
template <std::size_t Vectors, class T>
void row_sums(std::size_t rows, std::size_t panels, const RowProduct<T>& of, T* sums) {
  const auto run = [&]<std::size_t Rows, std::size_t Panels>() {
    if constexpr (Rows <= RowTile::rows && Panels <= most_panels<Vectors>(Rows))
      row_sums<Rows, Panels, Vectors>(of, sums);
  };
  if (panels == 4) return run.template operator()<1, 4>();
  if (panels == 2) return rows == 1 ? run.template operator()<1, 2>() : run.template operator()<2, 2>();
  switch (rows) {
    case 1:
      return run.template operator()<1, 1>();
    case 2:
      return run.template operator()<2, 1>();
    case 3:
      return run.template operator()<3, 1>();
    case 4:
      return run.template operator()<4, 1>();
    case 5:
      return run.template operator()<5, 1>();
    default:
      return run.template operator()<6, 1>();
  }
}

/// All tiles of rows [first, last) with `panels` panels: visit(row, end, panel, panels together, sums). A panel is used
/// for all rows before the next is read.
template <std::size_t Vectors, class T, class Visit>
void for_each_tile(std::size_t first, std::size_t last, std::size_t panels, const RowProduct<T>& all, Visit visit) {
  if (first == last) return;
  alignas(64) T sums[RowTile::sums * simd_width<T>];
  const std::size_t rows = last - first, blocks = (rows + RowTile::rows - 1) / RowTile::rows;
  const std::size_t most = most_panels<Vectors>((rows + blocks - 1) / blocks);
  for (std::size_t panel = 0, together = most; panel < panels; panel += together) {
    while (together > panels - panel) together /= 2;
    RowProduct<T> tile = all;
    tile.b += panel * all.panel;
    for (std::size_t k = 0; k < blocks; ++k) {
      const std::size_t row = first + part_begin(rows, blocks, k), end = first + part_begin(rows, blocks, k + 1);
      tile.a = all.a + row * all.a_row;
      row_sums<Vectors>(end - row, together, tile, sums);
      visit(row, end, panel, together, sums);
    }
  }
}

}  // namespace STRATA_NAMESPACE::detail
