#pragma once
// Between the order users have, [batch, steps, width], and the order layers want, [steps, batch, width].

#include <strata/backend/kernel.hpp>
#include <strata/ops/operand.hpp>

namespace STRATA_NAMESPACE::ops {

/// Tag of the operation: `run(stream, outer, inner, width, to, from)` moves [outer, inner, width] to [inner, outer,
/// width].
struct SwapAxes {};

/// destination (time-major) = source (batch-major).
template <class Run, class Out>
constexpr void to_time_major(Run& run, Into<Out> out, typename Run::const_pointer source) {
  if constexpr (!Run::planning) {
    const auto to = out.view;
    Kernel<SwapAxes, typename Run::backend>::run(run.stream, to.extents.batch, to.extents.steps, Out::columns, to.data,
                                                 source);
  }
}

/// destination (batch-major) = source (time-major); a source without steps is copied.
template <class Run, class In>
constexpr void to_batch_major(Run& run, typename Run::pointer destination, In source) {
  if constexpr (!Run::planning) {
    const std::size_t steps = source.rows / source.extents.batch;
    Kernel<SwapAxes, typename Run::backend>::run(run.stream, steps, source.extents.batch, In::columns, destination,
                                                 source.data);
  }
}

}  // namespace STRATA_NAMESPACE::ops
