#pragma once
// Reversing steps on Thrust: one index an element.

#include <strata/backend/thrust/for_each.hpp>
#include <strata/ops/reverse_steps.hpp>

namespace STRATA_NAMESPACE {
namespace detail {
template <class T>
struct ReverseElement {
  ops::ReverseStepsArguments<T> a;

  constexpr void operator()(std::size_t i) const {
    const std::size_t row = i / a.columns, j = i - row * a.columns, source = a.source(row);
    T& y = a.to.data[row * a.to.stride + j];
    const T x = source == a.nowhere ? T(0) : a.from.data[source * a.from.stride + j];
    y = a.accumulate ? y + x : x;
  }
};
}  // namespace detail

template <System Where, class T, class Products>
struct Kernel<ops::ReverseSteps, Thrust<Where, T, Products>> {
  static void run(typename Thrust<Where, T, Products>::Stream stream, const ops::ReverseStepsArguments<T>& a) {
    const std::size_t size = a.rows() * a.columns;
    for_each_index(stream, size, size, detail::ReverseElement<T>{a});
  }
};

}  // namespace STRATA_NAMESPACE
