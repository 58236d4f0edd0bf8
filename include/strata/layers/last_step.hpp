#pragma once
// LastStep: the last step of a sequence, what a classifier reads off a recurrent layer.

#include <strata/layers/concept.hpp>
#include <strata/ops/map.hpp>

namespace STRATA_NAMESPACE {
namespace detail {
template <class Given>
struct LastStepNeedsSequence {
  static_assert(SequenceOfFeatures<Given>,
                "strata::LastStep: needs Sequence<N>, but what it is given has no steps. Common mistake: two of them.");
};
}  // namespace detail

/// y = x at the last step. Sequence<N> -> Features<N>.
struct LastStep {
  template <SequenceOfFeatures In>
  using output = Features<In::width>;
  template <class In>
  using refusal = detail::LastStepNeedsSequence<In>;
  static constexpr Reads backward_reads = Reads::neither;

  static constexpr void forward(auto& run, auto x, auto y, auto&) { ops::copy(run, ops::into(y), run.last_step(x)); }
  template <class DX>
  static constexpr void backward(auto& run, auto, auto, auto dy, DX dx, auto&) {
    if constexpr (Wanted<DX>) {
      ops::zero(run, ops::into(dx));
      ops::copy(run, ops::into(run.last_step(dx)), dy);
    }
  }
};

}  // namespace STRATA_NAMESPACE
