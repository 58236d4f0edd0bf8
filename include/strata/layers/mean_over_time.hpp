#pragma once
// MeanOverTime: the mean of all steps of a sequence (Keras's GlobalAveragePooling1D).

#include <strata/layers/concept.hpp>
#include <strata/ops/map.hpp>
#include <strata/ops/past_end.hpp>

namespace STRATA_NAMESPACE {
namespace detail {
template <class Given>
struct MeanOverTimeNeedsSequence {
  static_assert(AnySequence<Given>,
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

/// y = Σ x_t / T over the T steps of each sample. Sequence<N> or RaggedSequence<N> -> Features<N>.
struct MeanOverTime {
  template <AnySequence In>
  using output = Features<In::width>;
  template <class In>
  using refusal = detail::MeanOverTimeNeedsSequence<In>;
  static constexpr bool streams = false;
  static constexpr Reads backward_reads = Reads::neither;

  template <class S>
  static constexpr void forward(auto& run, auto x, auto y, S&) {
    const auto sum = [&](auto of) {
      ops::zero(run, ops::into(y));
      run.each_step([&](std::size_t t) { ops::add(run, ops::accumulate(y), of.step(t)); });
    };
    if constexpr (Ragged<typename S::input>) {
      const auto shares = run.template batch<typename S::input>();
      ops::share_of_steps(run, ops::into(shares), x);
      sum(shares);
      run.release(shares.data);
    } else {
      sum(x);
      ops::map(run, detail::DivideBy{run.rows(x) / run.rows(y)}, ops::into(y), ops::from(y));
    }
  }
  template <class S>
  static constexpr void backward(auto& run, auto x, auto, auto dy, auto dx, S&) {
    if constexpr (Ragged<typename S::input>) {
      ops::share_of_steps(run, ops::into(dx), dy);
    } else {
      const detail::DivideBy share{run.rows(x) / run.rows(dy)};
      run.each_step([&](std::size_t t) { ops::map(run, share, ops::into(dx.step(t)), ops::from(dy)); });
    }
  }
};

}  // namespace STRATA_NAMESPACE
