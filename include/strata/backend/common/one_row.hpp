#pragma once
// Whether a kernel need not tell the rows of its operands apart.

#include <strata/ops/operand.hpp>

namespace STRATA_NAMESPACE::detail {

/// Whether all rows lie behind each other in every operand: then they are one of rows · columns elements.
template <class T, std::size_t Outputs, std::size_t Inputs>
constexpr bool one_row(std::size_t rows, std::size_t columns, const Pack<Operand<T>, Outputs>& out,
                       const Pack<Operand<const T>, Inputs>& in) {
  if (rows == 1) return true;
  bool dense = true;
  for (std::size_t k = 0; k != Outputs; ++k) dense = dense && out[k].stride == columns;
  for (std::size_t k = 0; k != Inputs; ++k) dense = dense && in[k].stride == columns;
  return dense;
}

}  // namespace STRATA_NAMESPACE::detail
