#pragma once
// reverse_steps: the steps of a sequence in reverse order, for layers that read it from its end.

#include <strata/backend/kernel.hpp>
#include <strata/ops/operand.hpp>

namespace STRATA_NAMESPACE::ops {

/// Tag of the operation: `run(stream, steps, batch, columns, accumulate, to, from)` moves rows of step t to steps - 1 -
/// t.
struct ReverseSteps {};

namespace arguments {
template <class Run, class Out, class In>
constexpr void reverse_steps(Run& run, bool accumulate, const Out& to, const In& from) {
  if constexpr (!Run::planning) {
    using T = typename Run::element;
    Kernel<ReverseSteps, typename Run::backend>::run(run.stream, run.extents.steps, run.extents.batch, Out::columns,
                                                     accumulate, Operand<T>{to.data, Out::stride},
                                                     Operand<const T>{from.data, In::stride});
  }
}
}  // namespace arguments

/// Step t of the destination = step T - 1 - t of the source; both [rows, N], time-major, not in the same memory.
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
