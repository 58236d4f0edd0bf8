#pragma once
// Scalar mathematics for formulas that are written once for float, double, an xsimd batch and device code.
//
// Each function finds the right one by the two-step: `using std::log; log(x)` is std::log for a number and,
// by argument-dependent lookup, xsimd::log for a batch. They are `constexpr` templates without __host__ or
// __device__: nvcc refuses a batch in an annotated function and needs no annotation with
// --expt-relaxed-constexpr.

#include <strata/core/config.hpp>

#include <cmath>
#include <type_traits>

namespace STRATA_NAMESPACE::math {

namespace detail {

template <class V>
struct ValueOf {
  using type = V;
};
template <class V>
  requires requires { typename V::value_type; }
struct ValueOf<V> {
  using type = typename V::value_type;
};

/// What a type computes functions with; specialised for registers of floats (core/simd_math.hpp).
template <class V>
struct Elementary {
  static constexpr V exp(const V& x) {
    using std::exp;
    return exp(x);
  }
  static constexpr V tanh(const V& x) {
    using std::tanh;
    return tanh(x);
  }
  static constexpr V sigmoid(const V& x);
};

/// No `select` is visible from here, so the call finds that of the arguments' namespace.
template <class Condition, class V>
constexpr V select_lanes(const Condition& condition, const V& a, const V& b) {
  return select(condition, a, b);
}

}  // namespace detail

/// The element type: float for float and for a batch of floats.
template <class V>
using value_of = typename detail::ValueOf<V>::type;

/// A constant of a formula as a V; a batch has it in every lane.
template <class V>
constexpr V constant(double x) {
  return V(static_cast<value_of<V>>(x));
}

/// e to the power x.
template <class V>
constexpr V exp(const V& x) {
  return detail::Elementary<V>::exp(x);
}

/// The natural logarithm.
template <class V>
constexpr V log(const V& x) {
  using std::log;
  return log(x);
}

/// The hyperbolic tangent.
template <class V>
constexpr V tanh(const V& x) {
  return detail::Elementary<V>::tanh(x);
}

/// The square root.
template <class V>
constexpr V sqrt(const V& x) {
  using std::sqrt;
  return sqrt(x);
}

/// The absolute value.
template <class V>
constexpr V abs(const V& x) {
  using std::abs;
  return abs(x);
}

/// condition ? a : b, lane by lane; both sides are evaluated.
template <class Condition, class V>
constexpr V select(const Condition& condition, const V& a, const V& b) {
  if constexpr (std::is_same_v<Condition, bool>) {
    return condition ? a : b;
  } else {
    return detail::select_lanes(condition, a, b);
  }
}

/// The larger of two. A NaN in `a` comes through, on every type, where hardware maxima disagree.
template <class V>
constexpr V max(const V& a, const V& b) {
  return math::select(a < b, b, a);
}

/// The smaller of two. A NaN in `a` comes through.
template <class V>
constexpr V min(const V& a, const V& b) {
  return math::select(b < a, b, a);
}

/// The logistic function 1 / (1 + e^-x), as e^x / (1 + e^x) for negative x: small values keep their digits. Through
/// tanh its relative error would reach 1 there.
template <class V>
constexpr V sigmoid(const V& x) {
  return detail::Elementary<V>::sigmoid(x);
}
template <class V>
constexpr V detail::Elementary<V>::sigmoid(const V& x) {
  const V e = math::exp(-math::abs(x));
  return math::select(x < V(0), e, V(1)) / (V(1) + e);
}

}  // namespace STRATA_NAMESPACE::math
