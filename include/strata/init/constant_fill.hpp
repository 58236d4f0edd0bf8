#pragma once
// Constant initialisation (PyTorch's constant_). Units of a layer that all start equal stay equal: for layers that are
// to begin as nothing, or alone.

#include <strata/init/uniform.hpp>

namespace STRATA_NAMESPACE {

/// Every weight is Value: `Linear<10, ConstantFill<0.0>>`.
template <double Value>
struct ConstantFill {
  template <class View>
  static void fill(InitialRandom&, View view, std::size_t, std::size_t) {
    constant_fill(view, Value);
  }
};

}  // namespace STRATA_NAMESPACE
