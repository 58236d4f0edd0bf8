#pragma once
// Products of one row with a matrix that lies turned, on the CPU: blocks of as many sums as fit into registers, weights
// read in the order in which they lie.

#include <strata/backend/cpu/apply.hpp>
#include <strata/backend/cpu/cpu.hpp>
#include <strata/backend/cpu/gemm_in_place.hpp>
#include <strata/core/narrow.hpp>
#include <strata/core/parts.hpp>
#include <strata/core/simd.hpp>
#include <strata/ops/turned_product.hpp>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace STRATA_NAMESPACE {
namespace detail {

/// Two numbers in the 32 bits of a float: the first in bfloat16 in the lower half, and the second is the float itself,
/// the nearest to it of those with this half. So it is as near as a bfloat16 would be, and needs no operation to be
/// read. A second number that is infinite or NaN becomes NaN.
inline float bfloat16_pair(float first, float second) {
  const std::uint32_t low = to_bfloat16(first);
  if (!std::isfinite(second)) return std::bit_cast<float>(0x7fc00000U | low);
  const auto bits = std::bit_cast<std::uint32_t>(second);
  float nearest = std::bit_cast<float>((bits & 0xffff0000U) | low);
  for (const std::uint32_t step : {0xffff0000U, 0x00010000U}) {
    const float other = std::bit_cast<float>(((bits + step) & 0xffff0000U) | low);
    if (std::abs(other - second) < std::abs(nearest - second)) nearest = other;
  }
  return nearest;
}
/// The first numbers of pairs.
template <class T, class Arch>
[[gnu::always_inline]] inline simd<T, Arch> first_of(const simd<T, Arch>& pairs) {
  return std::bit_cast<simd<T, Arch>>(std::bit_cast<simd<std::int32_t, Arch>>(pairs) << 16);
}

/// The sums of a [K] · b [K, N], whose rows are Stride apart, in blocks of at most Most registers. Each sum is cut at
/// every Depth of K. In bfloat16 b has half as many rows, of pairs (see turn).
template <class T, std::size_t K, std::size_t N, std::size_t Stride, class Held, std::size_t Depth, std::size_t Most>
class TurnedSums {
  using V = simd<T>;
  static constexpr std::size_t width = V::size, vectors = (N + width - 1) / width, partial = N % width;

 public:
  static constexpr std::size_t blocks = (vectors + Most - 1) / Most;

  /// visit(first element, elements, sum, first part of K, last part of K) for each register of one block.
  template <class Visit>
  [[gnu::always_inline]] static void block(std::size_t number, const T* a, const T* b, Visit visit) {
    constexpr std::size_t larger = (vectors + blocks - 1) / blocks, smaller = vectors / blocks;
    const std::size_t first = part_begin(vectors, blocks, number);
    const bool last = number + 1 == blocks;
    if (partial != 0 && last) sums<smaller, partial>(first, a, b, visit);
    else if (larger == smaller || last || part_begin(vectors, blocks, number + 1) - first == smaller)
      sums<smaller, width>(first, a, b, visit);
    else sums<larger, width>(first, a, b, visit);
  }

 private:
  /// Count registers from number `first` on, the last with so many elements.
  template <std::size_t Count, std::size_t OfLast, class Visit>
  [[gnu::always_inline]] static void sums(std::size_t first, const T* a, const T* b, Visit visit) {
    b += first * width;
    for (std::size_t k = 0; k < K; k += Depth) {
      const std::size_t end = std::min(K, k + Depth);
      V sum[Count];
      unrolled<Count>([&](std::size_t i) __attribute__((always_inline)) { sum[i] = V(T(0)); });
      const auto row = [&](auto add) __attribute__((always_inline)) {
        unrolled<Count>([&](std::size_t i) __attribute__((always_inline)) {
          add(sum[i], load_some(b + i * width, i + 1 < Count ? width : OfLast));
        });
        b += Stride;
      };
      if constexpr (std::is_same_v<Held, BFloat16>) {
        static_assert(Depth % 2 == 0 || Depth >= K, "a pair is never cut");
        std::size_t p = k;
        for (; p + 1 < end; p += 2) {
          const V x(a[p]), next(a[p + 1]);
          row([&](V& to, const V& pair)
                  __attribute__((always_inline)) { to = lanes::fma(next, pair, lanes::fma(x, first_of(pair), to)); });
        }
        if (p < end) {
          const V x(a[p]);
          row([&](V& to, const V& pair) __attribute__((always_inline)) { to = lanes::fma(x, first_of(pair), to); });
        }
      } else {
        for (std::size_t p = k; p < end; ++p) {
          const V x(a[p]);
          row([&](V& to, const V& factor) __attribute__((always_inline)) { to = lanes::fma(x, factor, to); });
        }
      }
      unrolled<Count>([&](std::size_t i) __attribute__((always_inline)) {
        visit((first + i) * width, i + 1 < Count ? width : OfLast, sum[i], k == 0, end == K);
      });
    }
  }
};

/// Lays out a matrix [rows, columns] for such sums: to[c * rows + r] = from[r * columns + c].
template <class Held, class T>
void turn(const T* from, T* to, std::size_t rows, std::size_t columns) {
  static_assert(std::is_same_v<Held, FullPrecision> || (std::is_same_v<Held, BFloat16> && std::is_same_v<T, float>),
                "strata::Session: weights are held as they are, or in BFloat16 where the network is of float.");
  if constexpr (std::is_same_v<Held, BFloat16>) {
    for (std::size_t r = 0; r < rows; ++r) {
      for (std::size_t c = 0; c < columns; c += 2)
        to[c / 2 * rows + r] = bfloat16_pair(from[r * columns + c], c + 1 < columns ? from[r * columns + c + 1] : 0);
    }
  } else {
    for (std::size_t r = 0; r < rows; ++r)
      for (std::size_t c = 0; c < columns; ++c) to[c * rows + r] = from[r * columns + c];
  }
}

/// How many sums a block of registers has at most.
#if defined(__AVX512F__) || defined(__aarch64__)
inline constexpr std::size_t turned_registers = 16;
#else
inline constexpr std::size_t turned_registers = 8;
#endif

}  // namespace detail

template <class T>
struct Kernel<ops::TurnedProduct, Cpu<T>> {
  /// Lays out a matrix as products want it.
  template <class Held>
  static void turn(const T* from, T* to, std::size_t rows, std::size_t columns) {
    detail::turn<Held>(from, to, rows, columns);
  }

  template <std::size_t K, std::size_t N, bool Unbroken, class Held, std::size_t Stride>
  static void run(const ops::TurnedArguments<T>& g) {
    constexpr std::size_t depth = Unbroken ? K : detail::GemmInPlace<T>::depth;
    using Sums = detail::TurnedSums<T, K, N, Stride, Held, depth, detail::turned_registers>;
    for (std::size_t b = 0; b < Sums::blocks; ++b) {
      Sums::block(b, g.a, g.b,
                  [&](std::size_t j, std::size_t count, simd<T> sum, bool first, bool last)
                      __attribute__((always_inline)) {
                        if (first && g.bias != nullptr) sum = detail::load_some(g.bias + j, count) + sum;
                        if (!first || g.accumulate) sum = detail::load_some<T>(g.c + j, count) + sum;
                        if (last && g.activation == ops::Activation::relu) sum = ops::Relu{}(sum);
                        detail::store_some(g.c + j, sum, count);
                      });
    }
  }
};

}  // namespace STRATA_NAMESPACE
