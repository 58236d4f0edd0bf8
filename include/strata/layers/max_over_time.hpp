#pragma once
// MaxOverTime: the largest value of each feature over all steps of a sequence (Collobert et al. 2011, section 3.2.2:
// "max over time"; Keras's GlobalMaxPooling1D).
//
// Forward keeps which step a maximum came from, so backward need not look at the sequence again.

#include <strata/layers/concept.hpp>
#include <strata/ops/map.hpp>
#include <strata/ops/past_end.hpp>

#include <limits>

namespace STRATA_NAMESPACE {
namespace detail {
template <class Given>
struct MaxOverTimeNeedsSequence {
  static_assert(AnySequence<Given>,
                "strata::MaxOverTime: needs Sequence<N>, but what it is given has no steps. Common mistake: a "
                "LastStep before it.");
};

/// The larger of x and what was largest before; a NaN stays. Asked by ==, for != of a batch is false for NaN in
/// xsimd 8.
struct LargerOf {
  template <class V>
  constexpr V operator()(V x, V most) const {
    return math::select(x == x, math::max(most, x), x);
  }
};
/// The same, and the step it came from: the earlier one where two are equal.
struct LargerWithStep {
  double step;
  template <class V>
  constexpr Pack<V, 2> operator()(V x, V most, V its_step) const {
    return {{LargerOf{}(x, most), math::select(most < x, math::constant<V>(step), its_step)}};
  }
};
/// The gradient of a maximum for the step it came from, 0 for the others.
struct GradientOfStep {
  double step;
  template <class V>
  constexpr V operator()(V dy, V its_step) const {
    return math::select(its_step == math::constant<V>(step), dy, V(0));
  }
};
}  // namespace detail

/// y = max over the steps t of x_t; the gradient of a maximum goes to the first step that has it. Sequence<N> or
/// RaggedSequence<N> -> Features<N>.
struct MaxOverTime {
  template <AnySequence In>
  using output = Features<In::width>;
  template <class In>
  using refusal = detail::MaxOverTimeNeedsSequence<In>;
  template <class In>
  using tape = TensorList<PerSample<"step", In::width>>;  // in the element type: exact below 2²⁴ steps
  static constexpr bool streams = false;
  static constexpr Reads backward_reads = Reads::neither;

  template <class Run, class S>
  static constexpr void forward(Run& run, auto x, auto y, S& slot) {
    if constexpr (Ragged<typename S::input>) {
      const auto without_padding = run.template batch<typename S::input>();
      ops::fill_past_end(run, ops::into(without_padding), x, -std::numeric_limits<double>::infinity());
      largest(run, without_padding, y, slot);
      run.release(without_padding.data);
    } else {
      largest(run, x, y, slot);
    }
  }
  static constexpr void backward(auto& run, auto, auto, auto dy, auto dx, auto& slot) {
    const auto step = get<"step">(slot.tape);
    run.each_step([&](std::size_t t) {
      ops::map(run, detail::GradientOfStep{static_cast<double>(t)}, ops::into(dx.step(t)), ops::from(dy, step));
    });
  }

 private:
  template <class Run>
  static constexpr void largest(Run& run, auto x, auto y, auto& slot) {
    ops::copy(run, ops::into(y), x.step(0));
    if constexpr (Run::taped) {
      const auto step = get<"step">(slot.tape);
      ops::zero(run, ops::into(step));
      run.each_step([&](std::size_t t) {
        ops::map(run, detail::LargerWithStep{static_cast<double>(t)}, ops::into(y, step),
                 ops::from(x.step(t), y, step));
      });
    } else {
      run.each_step([&](std::size_t t) { ops::map(run, detail::LargerOf{}, ops::into(y), ops::from(x.step(t), y)); });
    }
  }
};

}  // namespace STRATA_NAMESPACE
