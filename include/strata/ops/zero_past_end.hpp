#pragma once
// zero_past_end: zeros in the padding of a ragged batch.

#include <strata/backend/kernel.hpp>
#include <strata/ops/operand.hpp>

namespace STRATA_NAMESPACE::ops {

/// Tag of the operation: `run(stream, extents, columns, rows)`.
struct ZeroPastEnd {};

/// Rows of steps that a sample does not have become 0; [rows, N], time-major. Nothing happens where all have all steps.
template <class Run, class Out>
constexpr void zero_past_end(Run& run, Into<Out> out) {
  if constexpr (!Run::planning) {
    if (run.extents.lengths == nullptr) return;
    Kernel<ZeroPastEnd, typename Run::backend>::run(run.stream, run.extents, Out::columns,
                                                    Operand<typename Run::element>{out.view.data, Out::stride});
  }
}

}  // namespace STRATA_NAMESPACE::ops
