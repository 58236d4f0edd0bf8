#pragma once
// Tanh: hyperbolic tangent.

#include <strata/layers/elementwise.hpp>

namespace STRATA_NAMESPACE {

/// y = tanh(x). Any shape of numbers -> the same.
struct Tanh : Elementwise<Tanh> {
  template <class V>
  static constexpr V value(V x) {
    return math::tanh(x);
  }
  template <class V>
  static constexpr V slope(V y) {
    return V(1) - y * y;
  }
};

}  // namespace STRATA_NAMESPACE
