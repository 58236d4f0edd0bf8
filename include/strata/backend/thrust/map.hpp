#pragma once
// map on Thrust: one index an element.

#include <strata/backend/common/apply.hpp>
#include <strata/backend/thrust/for_each.hpp>
#include <strata/ops/map.hpp>

namespace STRATA_NAMESPACE {
namespace detail {

/// Calls the element functor on one element of all operands.
template <class F, class T, std::size_t Outputs, std::size_t Inputs>
struct MapElement {
  F f;
  std::size_t columns;  ///< of a row; one row of everything where no operand repeats rows
  Pack<Operand<T>, Outputs> out;
  Pack<Operand<const T>, Inputs> in;
  const T* unless;

  constexpr void operator()(std::size_t i) const {
    if (unless != nullptr && *unless != T(0)) return;
    const std::size_t row = i / columns, column = i % columns;
    Pack<T, Inputs> x;
    for (std::size_t k = 0; k != Inputs; ++k) x[k] = in[k].data[row * in[k].stride + column];
    const Pack<T, Outputs> y = apply<Outputs>(loaded(f), x);
    for (std::size_t k = 0; k != Outputs; ++k) out[k].data[row * out[k].stride + column] = y[k];
  }
};

}  // namespace detail

template <System Where, class T, class Products>
struct Kernel<ops::Map, Thrust<Where, T, Products>> {
  template <class F, std::size_t Outputs, std::size_t Inputs>
  static void run(typename Thrust<Where, T, Products>::Stream stream, std::size_t rows, std::size_t columns, F f,
                  Pack<Operand<T>, Outputs> out, Pack<Operand<const T>, Inputs> in) {
    const std::size_t size = rows * columns;
    for_each_index(stream, size, size, detail::MapElement<F, T, Outputs, Inputs>{f, columns, out, in, stream.unless});
  }
};

}  // namespace STRATA_NAMESPACE
