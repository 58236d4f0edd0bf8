#pragma once
// reverse_steps: the steps of a sequence in reverse order, for layers that read it from its end. Each sample of a
// ragged batch is reversed within its own length.

#include <strata/backend/kernel.hpp>
#include <strata/ops/operand.hpp>

namespace STRATA_NAMESPACE::ops {

/// Tag of the operation.
struct ReverseSteps {};

/// What a kernel is given: every row of `to` becomes its source, or 0 where it has none, or has that added.
template <class T>
struct ReverseStepsArguments {
  static constexpr std::size_t nowhere = static_cast<std::size_t>(-1);

  Extents extents;
  std::size_t to_steps, from_steps, columns;
  bool accumulate;
  Operand<T> to;
  Operand<const T> from;

  constexpr std::size_t rows() const { return to_steps * extents.batch; }
  /// The row of `from` that a row of `to` is made of.
  constexpr std::size_t source(std::size_t row) const {
    const std::size_t step = row / extents.batch, sample = row - step * extents.batch, length = extents.length(sample);
    const bool there = step < length && length - 1 - step < from_steps;
    return there ? (length - 1 - step) * extents.batch + sample : nowhere;
  }
};

namespace arguments {
template <class Run, class Out, class In>
constexpr void reverse_steps(Run& run, bool accumulate, const Out& to, const In& from) {
  if constexpr (!Run::planning) {
    using T = typename Run::element;
    Kernel<ReverseSteps, typename Run::backend>::run(run.stream, ReverseStepsArguments<T>{run.extents,
                                                                                          to.rows / run.extents.batch,
                                                                                          from.rows / run.extents.batch,
                                                                                          Out::columns,
                                                                                          accumulate,
                                                                                          {to.data, Out::stride},
                                                                                          {from.data, In::stride}});
  }
}
}  // namespace arguments

/// Step t of the destination = step length - 1 - t of the source, for every sample's length; zeros where the source has
/// no such step. Both [rows, N], time-major, not in the same memory, with as many steps as they have rows for: a
/// destination of one step becomes the last one of every sample, a source of one step goes to the last one.
template <class Run, class Out, class In>
constexpr void reverse_steps(Run& run, Into<Out> out, In in) {
  arguments::reverse_steps(run, false, out.view, in);
}
/// The same, added.
template <class Run, class Out, class In>
constexpr void reverse_steps(Run& run, Accumulate<Out> out, In in) {
  arguments::reverse_steps(run, true, out.view, in);
}

}  // namespace STRATA_NAMESPACE::ops
