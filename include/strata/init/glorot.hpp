#pragma once
// Glorot (Xavier) uniform initialisation (Glorot & Bengio 2010): variance 2 / (fan_in + fan_out).

#include <strata/init/uniform.hpp>

namespace STRATA_NAMESPACE {

/// Uniform in ±sqrt(6 / (fan_in + fan_out)).
struct GlorotUniform {
  template <class View>
  static void fill(InitialRandom& random, View view, std::size_t fan_in, std::size_t fan_out) {
    Uniform::fill(random, view, std::sqrt(6.0 / static_cast<double>(fan_in + fan_out)));
  }
};

}  // namespace STRATA_NAMESPACE
