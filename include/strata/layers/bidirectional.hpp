#pragma once
// Bidirectional (Schuster & Paliwal 1997; PyTorch's bidirectional=True, Keras's Bidirectional): one layer reads the
// sequence from its beginning, another of the same type from its end (of a ragged batch, from every sample's own), and
// both outputs stand side by side at every step:
//
//   y_t = [ forward(x)_t, backward(reversed x)_{T-1-t} ]

#include <strata/layers/binding.hpp>
#include <strata/layers/slot.hpp>
#include <strata/ops/map.hpp>
#include <strata/ops/reverse_steps.hpp>

namespace STRATA_NAMESPACE {
namespace detail {
template <class Given, class Returned>
struct BidirectionalNeedsSequence {
  static_assert(
      AnySequence<Given> && AnySequence<Returned>,
      "strata::Bidirectional: needs Sequence<N> and a layer that returns one. Common mistake: a LastStep inside; "
      "put it behind.");
};
}  // namespace detail

/// Two layers of one type, one for each direction of time: Sequence<In> -> Sequence<2 · what Layer returns>, ragged
/// or not. Tensors
/// "0.…" are those of the forward direction, "1.…" PyTorch's with the suffix _reverse. It sees the whole sequence, so
/// Network::step and a carried state make no sense for it.
template <class Layer>
struct Bidirectional {
  static constexpr bool causal = false;

  template <class In>
  using inside = List<Step<In, Layer>, Step<In, Layer>>;
  template <AnySequence In>
    requires AnySequence<output_of<Layer, In>>
  using output = with_features<In, 2 * features<output_of<Layer, In>>>;
  template <class In>
  using refusal = detail::BidirectionalNeedsSequence<In, output_of<Layer, In>>;
  template <class In, class Pointer>
  struct trace {
    trace_of<Layer, In, Pointer> there_trace, back_trace;
    strata::Batch<Pointer, In> reversed;
    strata::Batch<Pointer, output_of<Layer, In>> there, back;  ///< the outputs in each direction's order
  };
  static constexpr Reads backward_reads = Reads::input;

  template <class Run, class X, class Y, class S>
  static constexpr void forward(Run& run, X x, Y y, S& slot) {
    using In = typename S::input;
    using Out = output_of<Layer, In>;
    auto& t = slot.tape;
    t.reversed = run.template batch<In>();
    t.there = run.template batch<Out>();
    t.back = run.template batch<Out>();
    ops::reverse_steps(run, ops::into(t.reversed), x);
    auto there = child_slot<0>(slot, t.there_trace);
    auto back = child_slot<1>(slot, t.back_trace);
    strata::forward(run, x, t.there, there);
    strata::forward(run, t.reversed, t.back, back);
    ops::copy(run, ops::into(part_of<0, 2>(y)), t.there);
    ops::reverse_steps(run, ops::into(part_of<1, 2>(y)), t.back);
    if constexpr (!Run::taped) release(run, t);
  }

  template <class Run, class X, class Y, class DY, class DX, class S>
  static constexpr void backward(Run& run, X x, Y, DY dy, DX dx, S& slot) {
    using In = typename S::input;
    using Out = output_of<Layer, In>;
    auto& t = slot.tape;
    auto there = child_slot<0>(slot, t.there_trace);
    auto back = child_slot<1>(slot, t.back_trace);
    const auto gradient = run.template batch<Out>();
    ops::copy(run, ops::into(gradient), part_of<0, 2>(dy));
    strata::backward(run, x, t.there, gradient, dx, there);
    ops::reverse_steps(run, ops::into(gradient), part_of<1, 2>(dy));
    if constexpr (Wanted<DX>) {
      const auto reversed = run.template batch<In>();
      strata::backward(run, t.reversed, t.back, gradient, reversed, back);
      ops::reverse_steps(run, ops::accumulate(dx), reversed);
      run.release(reversed.data);
    } else {
      strata::backward(run, t.reversed, t.back, gradient, dx, back);
    }
    run.release(gradient.data);
    release(run, t);
  }

 private:
  static constexpr void release(auto& run, auto& t) {
    run.release(t.back.data);
    run.release(t.there.data);
    run.release(t.reversed.data);
  }
};

}  // namespace STRATA_NAMESPACE
