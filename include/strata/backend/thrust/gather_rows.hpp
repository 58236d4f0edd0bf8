#pragma once
// gather_rows on Thrust: one index an element.

#include <strata/backend/thrust/for_each.hpp>
#include <strata/ops/gather_rows.hpp>

namespace STRATA_NAMESPACE {
namespace detail {
template <class T>
struct GatherRowsElement {
  ops::GatherRowsArguments<T> a;

  constexpr void operator()(std::size_t i) const {
    const std::size_t row = i / a.columns, column = i % a.columns, id = static_cast<std::size_t>(a.ids[row]);
    a.to.data[row * a.to.stride + column] = a.table.data[id * a.table.stride + column];
  }
};
}  // namespace detail

template <System Where, class T, class Products>
struct Kernel<ops::GatherRows, Thrust<Where, T, Products>> {
  static void run(typename Thrust<Where, T, Products>::Stream stream, const ops::GatherRowsArguments<T>& a) {
    const std::size_t size = a.rows * a.columns;
    for_each_index(stream, size, size, detail::GatherRowsElement<T>{a});
  }
};

}  // namespace STRATA_NAMESPACE
