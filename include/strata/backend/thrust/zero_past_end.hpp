#pragma once
// Zeros past the end on Thrust: one index an element.

#include <strata/backend/thrust/for_each.hpp>
#include <strata/ops/zero_past_end.hpp>

namespace STRATA_NAMESPACE {
namespace detail {
template <class T>
struct ZeroPastEndElement {
  Extents extents;
  std::size_t columns;
  Operand<T> rows;

  constexpr void operator()(std::size_t i) const {
    const std::size_t row = i / columns, step = row / extents.batch;
    if (step >= extents.length(row - step * extents.batch)) rows.data[row * rows.stride + i - row * columns] = T(0);
  }
};
}  // namespace detail

template <System Where, class T, class Products>
struct Kernel<ops::ZeroPastEnd, Thrust<Where, T, Products>> {
  static void run(typename Thrust<Where, T, Products>::Stream stream, Extents extents, std::size_t columns,
                  Operand<T> rows) {
    const std::size_t size = extents.rows() * columns;
    for_each_index(stream, size, size, detail::ZeroPastEndElement<T>{extents, columns, rows});
  }
};

}  // namespace STRATA_NAMESPACE
