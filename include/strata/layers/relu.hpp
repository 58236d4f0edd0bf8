#pragma once
// ReLU: max(x, 0).

#include <strata/layers/elementwise.hpp>
#include <strata/ops/matmul.hpp>

namespace STRATA_NAMESPACE {

/// y = max(x, 0); its derivative at 0 is 0, as in PyTorch. Any shape of numbers -> the same.
struct ReLU : Elementwise<ReLU> {
  static constexpr ops::Activation activation = ops::Activation::relu;

  template <class V>
  static constexpr V value(V x) {
    return ops::Relu{}(x);
  }
  template <class V>
  static constexpr V slope(V y) {
    return math::select(y > V(0), V(1), V(0));
  }
};

}  // namespace STRATA_NAMESPACE
