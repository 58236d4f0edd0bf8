#pragma once
// Dropout: in training each element is zeroed with probability Rate and the others scaled by 1 / (1 - Rate)
// (Srivastava et al. 2014, inverted as in PyTorch), so that prediction needs no change.

#include <strata/layers/concept.hpp>
#include <strata/ops/dropout.hpp>
#include <strata/ops/map.hpp>

namespace STRATA_NAMESPACE {
namespace detail {
template <class Given, bool RateFits>
struct DropoutNeedsNumbers {
  static_assert(
      RateFits,
      "strata::Dropout: the rate is the part that is dropped and must be in [0, 1). Common mistake: the part kept.");
  static_assert(!RateFits || Numeric<Given>,
                "strata::Dropout: needs numbers. Common mistake: Tokens that were not embedded first.");
};
}  // namespace detail

/// Zeroes elements at random in training, passes everything in prediction (unless asked: Monte-Carlo averaging).
/// Any shape of numbers -> the same. A new mask each sample, step and training step; recomputed, not stored.
template <double Rate>
struct Dropout {
  static constexpr bool rate_fits = Rate >= 0 && Rate < 1;

  template <Numeric In>
    requires rate_fits
  using output = In;
  template <class In>
  using refusal = detail::DropoutNeedsNumbers<In, rate_fits>;
  static constexpr Reads backward_reads = Reads::neither;
  static constexpr InPlace in_place = InPlace::always;

  template <class Run>
  static constexpr void forward(Run& run, auto x, auto y, auto& slot) {
    if constexpr (Run::stochastic) ops::dropout(run, Rate, mask_place(slot.position), ops::into(y), x);
    else ops::copy(run, ops::into(y), x);
  }
  static constexpr void backward(auto& run, auto, auto, auto dy, auto dx, auto& slot) {
    ops::dropout(run, Rate, mask_place(slot.position), ops::into(dx), dy);
  }
};

}  // namespace STRATA_NAMESPACE
