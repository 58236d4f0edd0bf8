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

inline constexpr std::size_t reduction_chunks = 32;

namespace arguments {
template <class Run, class F, class... Out, class... In>
constexpr void reduce_rows(Run& run, F f, bool accumulate, const std::tuple<Out...>& out, const std::tuple<In...>& in) {
  constexpr std::size_t columns = std::tuple_element_t<0, std::tuple<Out...>>::columns;
  auto partial = run.scratch(fixed_count(reduction_chunks * sizeof...(Out) * columns));
  if constexpr (!Run::planning) {
    using T = typename Run::element;
    const std::size_t rows = std::apply([](const auto&... v) { return largest(rows_of(v)...); }, in);
    const auto outputs =
        std::apply([](const auto&... v) { return Pack<T*, sizeof...(v)>{{v.data...}}; }, out);
    const auto inputs = std::apply(
        [](const auto&... v) { return Pack<Operand<const T>, sizeof...(v)>{{operand<const T>(v)...}}; }, in);
    Kernel<ReduceRows, typename Run::backend>::run(run.stream, rows, columns, f, accumulate, outputs, inputs,
                                                   partial.data);
  }
}
}  // namespace arguments

/// into(a, b, …): each a Row; (a, b, …)[j] = Σ over rows of f(inputs)[j]; f returns V, or Pack<V, N> for N sums.
template <class Run, class F, class... Out, class... In>
constexpr void reduce_rows(Run& run, F f, Into<Out...> out, From<In...> in) {
  arguments::reduce_rows(run, f, false, out.views, in.views);
}

/// accumulate(a): a[j] += Σ over rows of f(inputs)[j].
template <class Run, class F, class Out, class... In>
constexpr void reduce_rows(Run& run, F f, Accumulate<Out> out, From<In...> in) {
  arguments::reduce_rows(run, f, true, std::tuple<Out>{out.view}, in.views);
}

}  // namespace STRATA_NAMESPACE::ops
