#pragma once
// Glorot (Xavier) initialisation (Glorot & Bengio 2010; PyTorch's xavier_uniform_, xavier_normal_): variance
// 2 / (fan_in + fan_out), with which neither signals nor gradients of a linear network grow or fade from layer to
// layer.

#include <strata/init/normal.hpp>
#include <strata/init/uniform.hpp>

namespace STRATA_NAMESPACE {

/// Uniform in ±sqrt(6 / (fan_in + fan_out)).
struct GlorotUniform {
  template <class View>
  static void fill(InitialRandom& random, View view, std::size_t fan_in, std::size_t fan_out) {
    Uniform::fill(random, view, std::sqrt(6.0 / static_cast<double>(fan_in + fan_out)));
  }
};

/// Normal with mean 0 and variance 2 / (fan_in + fan_out).
struct GlorotNormal {
  template <class View>
  static void fill(InitialRandom& random, View view, std::size_t fan_in, std::size_t fan_out) {
    Normal::fill(random, view, std::sqrt(2.0 / static_cast<double>(fan_in + fan_out)));
  }
};

}  // namespace STRATA_NAMESPACE
