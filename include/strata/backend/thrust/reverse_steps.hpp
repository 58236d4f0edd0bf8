#pragma once
// Reversing steps on Thrust: one index an element.

#include <strata/backend/thrust/for_each.hpp>
#include <strata/ops/reverse_steps.hpp>

namespace STRATA_NAMESPACE {
namespace detail {
template <class T>
struct ReverseElement {
  std::size_t steps, batch, columns;
  bool accumulate;
  Operand<T> to;
  Operand<const T> from;

  constexpr void operator()(std::size_t i) const {
    const std::size_t row = i / columns, j = i - row * columns, step = row / batch;
    const std::size_t source = (steps - 1 - step) * batch + row - step * batch;
    T& y = to.data[row * to.stride + j];
    const T x = from.data[source * from.stride + j];
    y = accumulate ? y + x : x;
  }
};
}  // namespace detail

template <System Where, class T, class Products>
struct Kernel<ops::ReverseSteps, Thrust<Where, T, Products>> {
  static void run(typename Thrust<Where, T, Products>::Stream stream, std::size_t steps, std::size_t batch,
                  std::size_t columns, bool accumulate, Operand<T> to, Operand<const T> from) {
    const std::size_t size = steps * batch * columns;
    for_each_index(stream, size, size, detail::ReverseElement<T>{steps, batch, columns, accumulate, to, from});
  }
};

}  // namespace STRATA_NAMESPACE
