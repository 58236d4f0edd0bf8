#pragma once
// gather_rows: rows of a table by their numbers, what an embedding is.

#include <strata/backend/kernel.hpp>
#include <strata/ops/operand.hpp>

#include <cstddef>

namespace STRATA_NAMESPACE::ops {

/// Tag of the operation.
struct GatherRows {};

/// What a kernel is given: row i of `to` [rows, columns] becomes row ids[i] of `table`. Ids are whole numbers that
/// number rows of the table.
template <class T>
struct GatherRowsArguments {
  std::size_t rows, columns;
  const T* ids;
  Operand<const T> table;
  Operand<T> to;
};

/// y[i] = table[ids[i]]; y [rows, N], table [any, N], ids [rows, 1].
template <class Run, class Out, class Table, class Ids>
constexpr void gather_rows(Run& run, Into<Out> out, Table table, Ids ids) {
  static_assert(Out::columns == Table::columns && Ids::columns == 1);
  if constexpr (!Run::planning) {
    using T = typename Run::element;
    Kernel<GatherRows, typename Run::backend>::run(
        run.stream, GatherRowsArguments<T>{
                        ids.rows, Out::columns, ids.data, {table.data, Table::stride}, {out.view.data, Out::stride}});
  }
}

}  // namespace STRATA_NAMESPACE::ops
