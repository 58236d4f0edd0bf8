#pragma once
// reduce_rows: sums of an element functor down the rows, one sum a column.
//
// Rows are summed in `reduction_chunks` chunks whose borders depend on the number of rows alone, then the chunks in
// order: the bits are the same for any number of threads.

#include <strata/backend/kernel.hpp>
#include <strata/ops/map.hpp>
#include <strata/ops/operand.hpp>

namespace STRATA_NAMESPACE::ops {

/// Tag of the operation.
struct ReduceRows {};

/// Chunks of rows; each has sums of its own in scratch memory.
inline constexpr std::size_t reduction_chunks = 32;

namespace arguments {
template <class Run, class F, class Pointer, std::size_t Outputs, class Source, std::size_t Inputs>
constexpr void reduce_rows(Run& run, F f, bool accumulate, const Operands<Pointer, Outputs>& out,
                           const Operands<Source, Inputs>& in) {
  auto partial = run.scratch(fixed_count(reduction_chunks * Outputs * out.columns));
  if constexpr (!Run::planning) {
    Pack<Pointer, Outputs> sums;
    for (std::size_t i = 0; i < Outputs; ++i) sums[i] = out.at[i].data;
    Kernel<ReduceRows, typename Run::backend>::run(run.stream, in.rows, out.columns, f, accumulate, sums, in.at,
                                                   partial.data);
  }
}
}  // namespace arguments

/// into(a, b, …): each a Row; (a, b, …)[j] = Σ over rows of f(inputs)[j]; f returns V, or Pack<V, N> for N sums.
template <class Run, class F, class Pointer, std::size_t N, class In>
constexpr void reduce_rows(Run& run, F f, IntoAll<Pointer, N> out, In in) {
  arguments::reduce_rows(run, f, false, out, in);
}
template <class Run, class F, class Out, class In>
constexpr void reduce_rows(Run& run, F f, Into<Out> out, In in) {
  arguments::reduce_rows(run, f, false, arguments::operands<typename Out::pointer>(out.view), in);
}

/// accumulate(a, …): a[j] += Σ over rows of f(inputs)[j].
template <class Run, class F, class Out, class In>
constexpr void reduce_rows(Run& run, F f, Accumulate<Out> out, In in) {
  arguments::reduce_rows(run, f, true, arguments::operands<typename Out::pointer>(out.view), in);
}
template <class Run, class F, class Pointer, std::size_t N, class In>
constexpr void reduce_rows(Run& run, F f, AccumulateAll<Pointer, N> out, In in) {
  arguments::reduce_rows(run, f, true, out, in);
}

/// An element functor: one sum for two destinations, in one pass over the rows.
struct Twice {
  template <class V>
  constexpr Pack<V, 2> operator()(V x) const {
    return {{x, x}};
  }
};

}  // namespace STRATA_NAMESPACE::ops
