#pragma once
// GaussianNoise: in training adds noise to each element (Keras's GaussianNoise; Bishop 1995: for small noise on the
// inputs the same as a penalty on the gradient of the output), in prediction nothing.

#include <strata/layers/concept.hpp>
#include <strata/ops/gaussian_noise.hpp>
#include <strata/ops/map.hpp>

#include <limits>

namespace STRATA_NAMESPACE {
namespace detail {
template <class Given, bool SigmaFits>
struct GaussianNoiseNeedsNumbers {
  static_assert(SigmaFits, "strata::GaussianNoise: sigma is a standard deviation and must be finite and at least 0");
  static_assert(!SigmaFits || Numeric<Given>,
                "strata::GaussianNoise: needs numbers. Common mistake: Tokens that were not embedded first.");
};
}  // namespace detail

/// y = x + N(0, Sigma²) in training, y = x in prediction (unless asked: `predict_samples`); the gradient passes as it
/// is. Any shape of numbers -> the same. New noise each sample, step and training step; never stored.
template <double Sigma>
struct GaussianNoise {
  static constexpr bool sigma_fits = Sigma >= 0 && Sigma <= std::numeric_limits<float>::max();

  template <Numeric In>
    requires sigma_fits
  using output = In;
  template <class In>
  using refusal = detail::GaussianNoiseNeedsNumbers<In, sigma_fits>;
  static constexpr Reads backward_reads = Reads::neither;
  static constexpr InPlace in_place = InPlace::always;

  template <class Run>
  static constexpr void forward(Run& run, auto x, auto y, auto& slot) {
    if constexpr (Run::stochastic) ops::gaussian_noise(run, Sigma, mask_place(slot.position), ops::into(y), x);
    else ops::copy(run, ops::into(y), x);
  }
  static constexpr void backward(auto& run, auto, auto, auto dy, auto dx, auto&) { ops::copy(run, ops::into(dx), dy); }
};

}  // namespace STRATA_NAMESPACE
