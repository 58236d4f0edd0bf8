#pragma once
// Packing for products in bfloat16: squares of 16 x 16 pairs, 32 numbers along k of 16 rows of op(A) or columns of
// op(B), each rounded to the nearest. A pair is the two bfloat16 in the bits of one float. It holds the numbers p and
// p + 16 along k, the first in the lower half: in whichever order sums are taken, it is the same for both factors, and
// with this one rounding pairs up whole registers.
//
//   of A   square[row][pair]        of B   square[pair][column]        1 KiB each, as a tile of AMX has them

#include <strata/backend/cpu/apply.hpp>
#include <strata/backend/cpu/pack.hpp>
#include <strata/core/math.hpp>
#include <strata/core/narrow.hpp>

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace STRATA_NAMESPACE::detail {

namespace pairs {
inline constexpr std::size_t side = 16;           ///< rows and columns of a square
inline constexpr std::size_t depth = 2 * side;    ///< how much of k it holds
inline constexpr std::size_t size = side * side;  ///< pairs in it
}  // namespace pairs

/// Bits of floats of which the upper half is the nearest bfloat16; the lower half is anything.
template <class Arch>
[[gnu::always_inline]] inline simd<std::uint32_t, Arch> rounded_bits(const simd<float, Arch>& x) {
  using Bits = simd<std::uint32_t, Arch>;
  const Bits bits = std::bit_cast<Bits>(x);
  const Bits rounded = bits + Bits(0x7fffU) + ((bits >> 16) & Bits(1U));
  const Bits quiet = bits | Bits(quiet_bit);
  const auto number = x == x;  // xsimd 8.1's != of NaNs is false on AVX-512
  return std::bit_cast<Bits>(
      math::select(number, std::bit_cast<simd<float, Arch>>(rounded), std::bit_cast<simd<float, Arch>>(quiet)));
}

/// Pairs of the lanes of two registers.
template <class Arch>
[[gnu::always_inline]] inline simd<float, Arch> paired(const simd<float, Arch>& low, const simd<float, Arch>& high) {
  using Bits = simd<std::uint32_t, Arch>;
  const Bits pair = (rounded_bits(low) >> 16) | (rounded_bits(high) & Bits(0xffff0000U));
  return std::bit_cast<simd<float, Arch>>(pair);
}

/// Exchanges rows and columns of a square.
template <class Arch>
void turn_square(float* square) {
  using V = simd<float, Arch>;
  constexpr std::size_t width = V::size;
  const auto at = [square](std::size_t row, std::size_t column) { return square + row * pairs::side + column; };
  for (std::size_t i = 0; i < pairs::side; i += width) {
    for (std::size_t j = i; j < pairs::side; j += width) {
      V above[width], below[width];
      for (std::size_t r = 0; r < width; ++r) {
        above[r] = lanes::load<float, Arch>(at(i + r, j));
        below[r] = lanes::load<float, Arch>(at(j + r, i));
      }
      transpose(above);
      transpose(below);
      for (std::size_t r = 0; r < width; ++r) {
        lanes::store(at(i + r, j), below[r]);
        lanes::store(at(j + r, i), above[r]);
      }
    }
  }
}

/// A row of pairs of the numbers at `low` and at `high`.
template <class Arch>
[[gnu::always_inline]] inline void pair_row(float* row, const float* low, const float* high) {
  using V = simd<float, Arch>;
  for (std::size_t i = 0; i < pairs::side; i += V::size)
    lanes::store(row + i, paired(lanes::load<float, Arch>(low + i), lanes::load<float, Arch>(high + i)));
}
/// Of the first `lows` and `highs` of them; 0 stands for the others.
template <class Arch>
void pair_row(float* row, const float* low, std::size_t lows, const float* high, std::size_t highs) {
  if (lows == pairs::side && highs == pairs::side) return pair_row<Arch>(row, low, high);
  float padded[2][pairs::side] = {};
  std::copy_n(low, lows, padded[0]);
  std::copy_n(high, highs, padded[1]);
  pair_row<Arch>(row, padded[0], padded[1]);
}

/// How many of [at, at + side) are below `end`.
constexpr std::size_t within(std::size_t at, std::size_t end) { return at < end ? std::min(pairs::side, end - at) : 0; }

/// Squares of `count` rows of op(A) or columns of op(B) and of `depth` numbers along k, [count / 16][depth / 32] in
/// whole squares, padded with zeros. The numbers begin at `from`, in rows that are `ld` apart; k runs along those when
/// `k_contiguous`, and along the rows of squares when `pairs_in_rows`. Rows are read from end to end.
template <class Arch = xsimd::default_arch>
void pack_pairs(float* squares, const float* from, std::size_t ld, bool k_contiguous, bool pairs_in_rows,
                std::size_t count, std::size_t depth) {
  const std::size_t along = (depth + pairs::depth - 1) / pairs::depth;
  const auto at = [=](std::size_t i, std::size_t p) {
    return squares + (i / pairs::side * along + p / pairs::depth) * pairs::size;
  };
  const bool turned = k_contiguous != pairs_in_rows;
  if (k_contiguous) {
    for (std::size_t i = 0; i < count; i += pairs::side) {
      for (std::size_t r = 0; r < pairs::side; ++r) {
        const float* row = i + r < count ? from + (i + r) * ld : nullptr;
        for (std::size_t p = 0; p < depth; p += pairs::depth) {
          float* to = at(i, p) + r * pairs::side;
          const std::size_t highs = within(p + pairs::side, depth);
          if (row == nullptr) std::fill_n(to, pairs::side, 0.0F);
          else pair_row<Arch>(to, row + p, within(p, depth), row + p + (highs > 0 ? pairs::side : 0), highs);
        }
      }
      for (std::size_t p = 0; turned && p < depth; p += pairs::depth) turn_square<Arch>(at(i, p));
    }
  } else {
    for (std::size_t p = 0; p < depth; p += pairs::depth) {
      for (std::size_t r = 0; r < pairs::side; ++r) {
        const std::size_t low = p + r, high = low + pairs::side;
        for (std::size_t i = 0; i < count; i += pairs::side) {
          const auto row = [&](std::size_t k) { return from + (k < depth ? k : p) * ld + i; };
          const auto here = [&](std::size_t k) { return k < depth ? within(i, count) : 0; };
          pair_row<Arch>(at(i, p) + r * pairs::side, row(low), here(low), row(high), here(high));
        }
      }
      for (std::size_t i = 0; turned && i < count; i += pairs::side) turn_square<Arch>(at(i, p));
    }
  }
}

}  // namespace STRATA_NAMESPACE::detail
