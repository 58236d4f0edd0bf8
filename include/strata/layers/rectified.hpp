#pragma once
// Rectified: max(0, z) instead of tanh(z) (PyTorch's nonlinearity="relu"; Le et al. 2015 for how to start it).

#include <strata/layers/recurrent_masks.hpp>

namespace STRATA_NAMESPACE {

/// Option of a SimpleRNN: its states are not bounded, so neither are its gradients.
struct Rectified {
  static constexpr std::string_view name = "Rectified";
  static constexpr bool rectified = true;
};

}  // namespace STRATA_NAMESPACE
