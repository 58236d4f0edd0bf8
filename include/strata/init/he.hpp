#pragma once
// He (Kaiming) uniform initialisation (He et al. 2015), for layers followed by ReLU: variance 2 / fan_in.

#include <strata/init/uniform.hpp>

namespace STRATA_NAMESPACE {

/// Uniform in ±sqrt(6 / fan_in).
struct HeUniform {
  template <class View>
  static void fill(InitialRandom& random, View view, std::size_t fan_in, std::size_t) {
    Uniform::fill(random, view, std::sqrt(6.0 / static_cast<double>(fan_in)));
  }
};

}  // namespace STRATA_NAMESPACE
