#pragma once
// MeanOverTime: the mean of all steps of a sequence (Keras's GlobalAveragePooling1D).

#include <strata/layers/concept.hpp>
#include <strata/ops/map.hpp>

namespace STRATA_NAMESPACE {
namespace detail {
template <class Given>
struct MeanOverTimeNeedsSequence {
  static_assert(SequenceOfFeatures<Given>,
                "strata::MeanOverTime: needs Sequence<N>, but what it is given has no steps. Common mistake: a "
                "LastStep before it.");
};

struct DivideBy {
  double divisor;
  template <class V>
  constexpr V operator()(V x) const {
    return x / math::constant<V>(divisor);
  }
};
}  // namespace detail

/// y = Σ x_t / T over the T steps. Sequence<N> -> Features<N>.
struct MeanOverTime {
  template <SequenceOfFeatures In>
  using output = Features<In::width>;
  template <class In>
  using refusal = detail::MeanOverTimeNeedsSequence<In>;
  static constexpr Reads backward_reads = Reads::neither;

  static constexpr void forward(auto& run, auto x, auto y, auto&) {
    ops::zero(run, ops::into(y));
    run.each_step([&](std::size_t t) { ops::add(run, ops::accumulate(y), x.step(t)); });
    ops::map(run, detail::DivideBy{run.rows(x) / run.rows(y)}, ops::into(y), ops::from(y));
  }
  template <class DX>
  static constexpr void backward(auto& run, auto x, auto, auto dy, DX dx, auto&) {
    const detail::DivideBy share{run.rows(x) / run.rows(dy)};
    run.each_step([&](std::size_t t) { ops::map(run, share, ops::into(dx.step(t)), ops::from(dy)); });
  }
};

}  // namespace STRATA_NAMESPACE
