#pragma once
// gather on Thrust: one index an element.

#include <strata/backend/thrust/for_each.hpp>
#include <strata/ops/gather.hpp>

namespace STRATA_NAMESPACE {
namespace detail {
template <class E>
struct GatherElement {
  ops::GatherArguments<E> a;

  constexpr void operator()(std::size_t i) const {
    const std::size_t row = i / a.width, column = i % a.width;
    a.to[i] = a.from[a.order[*a.first + a.offset + row] * a.from_width + column];
  }
};
}  // namespace detail

template <System Where, class T, class Products>
struct Kernel<ops::Gather, Thrust<Where, T, Products>> {
  template <class E>
  static void run(typename Thrust<Where, T, Products>::Stream stream, const ops::GatherArguments<E>& a) {
    const std::size_t size = a.rows * a.width;
    for_each_index(stream, size, size, detail::GatherElement<E>{a});
  }
};

}  // namespace STRATA_NAMESPACE
