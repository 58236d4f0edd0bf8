#pragma once
// gaussian_noise: y = x + sigma · z, z standard normal, drawn from a counter and never stored; see masked_map.hpp.

#include <strata/ops/masked_map.hpp>

#include <cmath>

namespace STRATA_NAMESPACE::ops {

/// What a kernel is given of noise.
template <class T>
struct DrawnNoise {
  static constexpr std::size_t work = 64;  ///< of an element: two polynomials and a division

  std::uint32_t place;
  bool each_step;
  T sigma;

  /// sigma · z, z the normal number of the word; fma, so that no compiler joins the product with the sum that follows.
  constexpr T value(std::uint32_t word) const { return std::fma(sigma, normal<T>(word), T(0)); }
};

/// A normal number with mean 0 and deviation `sigma`, another at each step.
struct Noise {
  double sigma = 0;
  std::uint32_t place = 0;

  template <class T>
  constexpr DrawnNoise<T> drawn() const {
    return {place, true, static_cast<T>(sigma)};
  }
};

/// x + noise.
struct Noisy {
  template <class V>
  constexpr V operator()(V x, V noise) const {
    return x + noise;
  }
};

/// y = x + sigma · z; both [rows, N], time-major with `batch` samples a step. y may be x.
template <class Run, class Out, class In>
constexpr void gaussian_noise(Run& run, double sigma, std::uint32_t place, Into<Out> out, In in) {
  map(run, Noisy{}, out, from(in), Masks<1, Noise>{{{{.sigma = sigma, .place = place}}}});
}

}  // namespace STRATA_NAMESPACE::ops
