#pragma once
// What becomes of the padding of a ragged batch: zero_past_end, fill_past_end, share_of_steps.

#include <strata/backend/kernel.hpp>
#include <strata/ops/operand.hpp>

namespace STRATA_NAMESPACE::ops {

/// Tag of the operation.
struct PastEnd {};

/// What a kernel is given: time-major rows of `to` become those of `from`, divided by the length of their sample if
/// they are shares of it, and `fill` past its end. Row r of `from` is r % from_rows: rows of one step are those of all.
template <class T>
struct PastEndArguments {
  Extents extents;
  std::size_t columns, from_rows;
  T fill;
  bool shares;
  Operand<T> to;
  Operand<const T> from;

  constexpr std::size_t length(std::size_t row) const { return extents.length(row % extents.batch); }
  constexpr bool padding(std::size_t row) const { return row / extents.batch >= length(row); }
  /// Whether a row stays as it is.
  constexpr bool stays(std::size_t row) const { return from.data == to.data && !shares && !padding(row); }
};

namespace arguments {
template <class Run, class Out, class In>
constexpr void past_end(Run& run, const Out& to, const In& from, double fill, bool shares) {
  if constexpr (!Run::planning && Wanted<Out>) {
    using T = typename Run::element;
    Kernel<PastEnd, typename Run::backend>::run(run.stream, PastEndArguments<T>{run.extents,
                                                                                Out::columns,
                                                                                from.rows,
                                                                                static_cast<T>(fill),
                                                                                shares,
                                                                                {to.data, Out::stride},
                                                                                {from.data, In::stride}});
  }
}
}  // namespace arguments

/// Rows of steps that a sample does not have become 0; [rows, N], time-major. Nothing happens where all have all steps.
template <class Run, class Out>
constexpr void zero_past_end(Run& run, Into<Out> out) {
  if constexpr (!Run::planning) {
    if (run.extents.lengths != nullptr) arguments::past_end(run, out.view, out.view, 0, false);
  }
}
/// destination = source, `fill` in the padding.
template <class Run, class Out, class In>
constexpr void fill_past_end(Run& run, Into<Out> out, In in, double fill) {
  arguments::past_end(run, out.view, in, fill, false);
}
/// Every step of the destination = source / length of the sample, 0 in the padding; a source of one step [batch, N] is
/// repeated.
template <class Run, class Out, class In>
constexpr void share_of_steps(Run& run, Into<Out> out, In in) {
  arguments::past_end(run, out.view, in, 0, true);
}

}  // namespace STRATA_NAMESPACE::ops
