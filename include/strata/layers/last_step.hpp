#pragma once
// LastStep: the last step of a sequence, what a classifier reads off a recurrent layer.

#include <strata/layers/concept.hpp>
#include <strata/ops/map.hpp>
#include <strata/ops/reverse_steps.hpp>

namespace STRATA_NAMESPACE {
namespace detail {
template <class Given>
struct LastStepNeedsSequence {
  static_assert(AnySequence<Given>,
                "strata::LastStep: needs Sequence<N>, but what it is given has no steps. Common mistake: two of them.");
};
}  // namespace detail

/// y = x at the last step of each sample. Sequence<N> or RaggedSequence<N> -> Features<N>.
struct LastStep {
  template <AnySequence In>
  using output = Features<In::width>;
  template <class In>
  using refusal = detail::LastStepNeedsSequence<In>;
  static constexpr Reads backward_reads = Reads::neither;

  template <class S>
  static constexpr void forward(auto& run, auto x, auto y, S&) {
    if constexpr (Ragged<typename S::input>) ops::reverse_steps(run, ops::into(y), x);  // its only step
    else ops::copy(run, ops::into(y), run.last_step(x));
  }
  template <class DX, class S>
  static constexpr void backward(auto& run, auto, auto, auto dy, DX dx, S&) {
    if constexpr (!Wanted<DX>) {
      return;
    } else if constexpr (Ragged<typename S::input>) {
      ops::reverse_steps(run, ops::into(dx), dy);
    } else {
      ops::zero(run, ops::into(dx));
      ops::copy(run, ops::into(run.last_step(dx)), dy);
    }
  }
};

}  // namespace STRATA_NAMESPACE
