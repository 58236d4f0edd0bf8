#pragma once
// exp and tanh for registers of floats: one path without branches, at most 2.4 units in the last place off over the
// whole range (measured: tests/core/simd_math.cpp). Registers of doubles have xsimd's.
//
//   eˣ = 2ⁿ (1 + p),   n = round(x / ln 2),   p = eʳ - 1 = r + r² q(r),   r = x - n ln 2,   |r| ≤ ln(2) / 2
//
// q is the polynomial of degree 4 whose largest relative error in eˣ is least (Remez), 3.1e-9.

#include <strata/core/math.hpp>
#include <strata/core/simd.hpp>

#include <bit>
#include <cstdint>

namespace STRATA_NAMESPACE::math {
namespace detail {

/// e to the power x as 2ⁿ · (1 + p).
template <class V>
struct SplitExp {
  V n, p;
};
template <class V>
[[gnu::always_inline]] inline SplitExp<V> split_exp(const V& x) {
  const V rounds(12582912.0F);  // 1.5 · 2²³: a sum with it is rounded to a whole number
  const V n = lanes::fma(x, V(1.44269504F), rounds) - rounds;
  // ln 2 in two parts, the first with so few digits that its product with n is exact
  const V r = lanes::fma(n, V(-1.42860677e-6F), lanes::fma(n, V(-0.693145752F), x));
  V q = lanes::fma(r, V(1.38143238e-3F), V(8.36885099e-3F));
  q = lanes::fma(r, q, V(4.16684010e-2F));
  q = lanes::fma(r, q, V(1.66665195e-1F));
  q = lanes::fma(r, q, V(4.99999934e-1F));
  return {n, lanes::fma(r * r, q, r)};
}

/// 2 to the power n + more, a whole number in [-126, 127].
template <class Arch>
[[gnu::always_inline]] inline simd<float, Arch> power_of_two(const simd<float, Arch>& n, float more = 0.0F) {
  using Bits = simd<std::int32_t, Arch>;
  const simd<float, Arch> moved = n + simd<float, Arch>(12582912.0F + 127.0F + more);  // n + 127 in the lowest bits
  return std::bit_cast<simd<float, Arch>>(std::bit_cast<Bits>(moved) << 23);
}

template <class Arch>
struct Elementary<xsimd::batch<float, Arch>> {
  using V = simd<float, Arch>;

  /// The larger and the smaller of two; a NaN in x comes through. One operation: the processor's, which returns its
  /// second argument where one is NaN (or, on Arm, the NaN).
  static V at_least(const V& x, float y) { return xsimd::max(V(y), x); }
  static V at_most(const V& x, float y) { return xsimd::min(V(y), x); }

  /// Infinite from 88.73 on, 0 below -103.97, denormal numbers above that.
  static V exp(const V& x) {
    const V within = at_least(at_most(x, 89.0F), -104.0F);
    const SplitExp<V> e = split_exp(within);
    const V half = lanes::fma(e.n, V(0.5F), V(12582912.0F)) - V(12582912.0F);  // 2¹²⁸ and 2⁻¹⁵⁰ are no floats
    const V one = power_of_two(half);
    return lanes::fma(one, e.p, one) * power_of_two(e.n - half);
  }
  /// With e to the power -|x|, scaled by 2⁶⁴ until last: then 2ⁿ is a float.
  static V sigmoid(const V& x) {
    const SplitExp<V> e = split_exp(at_least(lanes::negative(x), -104.0F));
    const V scale = power_of_two(e.n, 64.0F), small = lanes::fma(scale, e.p, scale) * V(5.42101086e-20F);
    return lanes::divide(math::select(x < V(0.0F), small, V(1.0F)), V(1.0F) + small);
  }
  /// Of |x| as (e²ˣ - 1) / (e²ˣ + 1), where nothing cancels, with the sign of x.
  static V tanh(const V& x) {
    const V size = at_most(math::abs(x), 9.02F);  // from there on it is 1
    const SplitExp<V> e = split_exp(size + size);
    const V scale = power_of_two(e.n), less_one = lanes::fma(scale, e.p, scale - V(1.0F));
    return lanes::with_sign(lanes::divide(less_one, less_one + V(2.0F)), x);
  }
};

}  // namespace detail
}  // namespace STRATA_NAMESPACE::math
