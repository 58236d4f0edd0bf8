#pragma once
// Sigmoid: logistic function.

#include <strata/layers/elementwise.hpp>

namespace STRATA_NAMESPACE {

/// y = 1 / (1 + exp(-x)). Any shape of numbers -> the same.
struct Sigmoid : Elementwise<Sigmoid> {
  template <class V>
  static constexpr V value(V x) {
    return math::sigmoid(x);
  }
  template <class V>
  static constexpr V slope(V y) {
    return y * (V(1) - y);
  }
};

}  // namespace STRATA_NAMESPACE
