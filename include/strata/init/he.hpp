#pragma once
// He (Kaiming) initialisation (He et al. 2015; PyTorch's kaiming_uniform_, kaiming_normal_), for layers followed by
// ReLU: variance 2 / fan_in, twice that of a linear layer because a ReLU passes half.

#include <strata/init/normal.hpp>
#include <strata/init/uniform.hpp>

namespace STRATA_NAMESPACE {

/// Uniform in ±sqrt(6 / fan_in).
struct HeUniform {
  template <class View>
  static void fill(InitialRandom& random, View view, std::size_t fan_in, std::size_t) {
    Uniform::fill(random, view, std::sqrt(6.0 / static_cast<double>(fan_in)));
  }
};

/// Normal with mean 0 and variance 2 / fan_in.
struct HeNormal {
  template <class View>
  static void fill(InitialRandom& random, View view, std::size_t fan_in, std::size_t) {
    Normal::fill(random, view, std::sqrt(2.0 / static_cast<double>(fan_in)));
  }
};

}  // namespace STRATA_NAMESPACE
