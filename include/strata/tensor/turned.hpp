#pragma once
// A matrix whose rows lie as columns: what a product of one row with its transpose reads from one end to the other.

#include <strata/core/precision.hpp>
#include <strata/tensor/view.hpp>

#include <cstddef>

namespace STRATA_NAMESPACE {

/// Rows x Columns of a matrix of which element (r, c) lies at data[c * Stride + r]. Sums of products with a Recurrent
/// one are chains along all of k, as in kernels of recurrences; others are cut where matmul cuts them. In numbers Held
/// other than FullPrecision a backend lays out pairs of columns in a way of its own, in no more memory.
template <class Pointer, std::size_t Rows, std::size_t Columns, bool Recurrent, class Held = FullPrecision,
          std::size_t Stride = Rows>
struct Turned {
  static constexpr std::size_t columns = Columns, stride = Stride;
  using pointer = Pointer;
  Pointer data{};

  /// Rows [First, First + N).
  template <std::size_t First, std::size_t N>
  constexpr Turned<Pointer, N, Columns, Recurrent, Held, Stride> rows_from() const {
    static_assert(First + N <= Rows, "strata::Turned: the rows asked for lie outside the matrix");
    return {data + First};
  }
};

}  // namespace STRATA_NAMESPACE
