#pragma once
// scatter_add: rows added to the rows of a table they are numbered with, the gradient of gather_rows.
//
// Each element of the table adds up its rows in their order, so the bits are the same for any number of threads.

#include <strata/backend/kernel.hpp>
#include <strata/ops/operand.hpp>

#include <cstddef>

namespace STRATA_NAMESPACE::ops {

/// Tag of the operation.
struct ScatterAdd {};

/// What a kernel is given: row ids[i] of `table` += row i of `from` [rows, columns], but for the id `left_out`.
template <class T>
struct ScatterAddArguments {
  std::size_t rows, columns;
  const T* ids;
  Operand<const T> from;
  Operand<T> table;
  std::size_t left_out;
};

/// table[ids[i]] += x[i] for every i whose id is not `left_out`; x [rows, N], table [any, N], ids [rows, 1].
template <class Run, class Table, class Ids, class In>
constexpr void scatter_add(Run& run, Accumulate<Table> table, Ids ids, In in, std::size_t left_out) {
  static_assert(In::columns == Table::columns && Ids::columns == 1);
  auto links = run.scratch(ids.rows);  // an element a row
  if constexpr (!Run::planning) {
    using T = typename Run::element;
    const ScatterAddArguments<T> arguments{
        ids.rows, In::columns, ids.data, {in.data, In::stride}, {table.view.data, Table::stride}, left_out};
    Kernel<ScatterAdd, typename Run::backend>::run(run.stream, arguments, links.data);
  }
}

}  // namespace STRATA_NAMESPACE::ops
