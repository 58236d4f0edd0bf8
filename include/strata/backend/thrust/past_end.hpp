#pragma once
// Padding on Thrust: one index an element.

#include <strata/backend/thrust/for_each.hpp>
#include <strata/ops/past_end.hpp>

namespace STRATA_NAMESPACE {
namespace detail {
template <class T>
struct PastEndElement {
  ops::PastEndArguments<T> a;

  constexpr void operator()(std::size_t i) const {
    const std::size_t row = i / a.columns, j = i - row * a.columns;
    if (a.stays(row)) return;
    T& y = a.to.data[row * a.to.stride + j];
    if (a.padding(row)) {
      y = a.fill;
    } else {
      const T x = a.from.data[row % a.from_rows * a.from.stride + j];
      y = a.shares ? x / static_cast<T>(a.length(row)) : x;
    }
  }
};
}  // namespace detail

template <System Where, class T, class Products>
struct Kernel<ops::PastEnd, Thrust<Where, T, Products>> {
  static void run(typename Thrust<Where, T, Products>::Stream stream, const ops::PastEndArguments<T>& a) {
    const std::size_t size = a.extents.rows() * a.columns;
    for_each_index(stream, size, size, detail::PastEndElement<T>{a});
  }
};

}  // namespace STRATA_NAMESPACE
