#pragma once
// Swapping batch and time on Thrust: one index an element.

#include <strata/backend/thrust/for_each.hpp>
#include <strata/ops/time_major.hpp>

namespace STRATA_NAMESPACE {
namespace detail {
template <class T>
struct SwapElement {
  std::size_t outer, inner, width;
  T* to;
  const T* from;

  constexpr void operator()(std::size_t i) const {
    const std::size_t row = i / width, j = i % width;  // of the destination, [inner, outer, width]
    to[i] = from[(row % outer * inner + row / outer) * width + j];
  }
};
}  // namespace detail

template <System Where, class T, class Products>
struct Kernel<ops::SwapAxes, Thrust<Where, T, Products>> {
  static void run(typename Thrust<Where, T, Products>::Stream stream, std::size_t outer, std::size_t inner,
                  std::size_t width, T* to, const T* from) {
    const std::size_t size = outer * inner * width;
    for_each_index(stream, size, size, detail::SwapElement<T>{outer, inner, width, to, from});
  }
};

}  // namespace STRATA_NAMESPACE
