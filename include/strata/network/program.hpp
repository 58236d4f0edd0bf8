#pragma once
// The two programs there are: a prediction and a training step. Each is written once, over a run; a dry run of it is
// the plan.

#include <strata/layers/slot.hpp>
#include <strata/network/mode.hpp>
#include <strata/ops/past_end.hpp>
#include <strata/ops/time_major.hpp>

namespace STRATA_NAMESPACE {
namespace detail {
/// The input as layers see it: sequences are turned time-major into the arena, zeros for the padding of ragged ones, so
/// that what stands there may be anything; everything else is read where it lies.
template <class In, class Run>
constexpr auto enter(Run& run, typename Run::const_pointer x) {
  if constexpr (Stepwise<In>) {
    auto inside = run.template batch<In>();
    ops::to_time_major(run, ops::into(inside), x);
    if constexpr (Ragged<In> && !Run::streaming) ops::zero_past_end(run, ops::into(inside));
    return inside;
  } else {
    return Batch<typename Run::const_pointer, In>(x, run.extents);
  }
}
template <class In, class Run, class X>
constexpr void leave(Run& run, X x) {
  if constexpr (Stepwise<In>) run.release(x.data);
}
}  // namespace detail

/// Forward only. x and y are batch-major memory: [batch, steps, width] for a sequence, [batch, width] for features.
/// Outputs past the end of a sample are zero.
template <class Net, class In, class Mode, class T>
struct Prediction {
  using mode = Mode;
  using element = T;
  using output = output_of<Net, In>;

  template <class Run>
  static constexpr void execute(Run& run, const Buffers<typename Run::const_pointer, typename Run::pointer>& buffers,
                                typename Run::const_pointer x, typename Run::pointer y) {
    const auto inside = detail::enter<In>(run, x);
    trace_of<Net, In, typename Run::pointer> trace{};
    Slot<Net, In, Run> slot(buffers, run.extents, trace, 0);
    if constexpr (Stepwise<output> && !Run::streaming) {  // one step lies inside as it does outside
      auto result = run.template batch<output>();
      forward(run, inside, result, slot);
      if constexpr (Ragged<output>) ops::zero_past_end(run, ops::into(result));
      ops::to_batch_major(run, y, result);
      run.release(result.data);
    } else {
      forward(run, inside, Batch<typename Run::pointer, output>(y, run.extents), slot);
    }
    detail::leave<In>(run, inside);
  }
  static constexpr void plan(auto& run) { execute(run, {}, Planned{}, Planned{}); }
};

/// Forward, loss, backward. `loss(run, scores, losses, d_scores)` fills one loss a row and the gradient of the scores:
/// zero past the end of a sample, which weights of 0 see to. Layers leave it zero on the way back.
/// The gradient with respect to the input is computed where `InputGradient` says so, batch-major into dx.
template <class Net, class In, class Mode, class T, bool InputGradient = false>
struct TrainingStep {
  using mode = Mode;
  using element = T;
  using output = output_of<Net, In>;

  template <class Run, class Loss>
  static constexpr void execute(Run& run, const Buffers<typename Run::const_pointer, typename Run::pointer>& buffers,
                                typename Run::const_pointer x, Loss&& loss, typename Run::pointer dx = {}) {
    const auto inside = detail::enter<In>(run, x);
    trace_of<Net, In, typename Run::pointer> trace{};
    Slot<Net, In, Run> slot(buffers, run.extents, trace, 0);
    auto scores = run.template batch<output>();
    forward(run, inside, scores, slot);
    auto gradient = run.template batch<output>();
    {
      auto losses = run.scratch(scores.rows);
      loss(run, scores, losses.data, gradient);
    }
    if constexpr (InputGradient) {
      auto input_gradient = run.template batch<In>();
      backward(run, inside, scores, gradient, input_gradient, slot);
      ops::to_batch_major(run, dx, input_gradient);
      run.release(input_gradient.data);
    } else {
      backward(run, inside, scores, gradient, Discard{}, slot);
    }
    run.release(gradient.data);
    run.release(scores.data);
    detail::leave<In>(run, inside);
  }
  static constexpr void plan(auto& run) {
    execute(run, {}, Planned{}, [](auto&, auto, auto, auto) {});
  }
};

}  // namespace STRATA_NAMESPACE
