#pragma once
// map on Thrust: one index an element. Rows are told apart only where an operand repeats one or has gaps between them:
// a division an element, which is slow on a GPU, and slower still in 64 bits.

#include <strata/backend/common/apply.hpp>
#include <strata/backend/common/one_row.hpp>
#include <strata/backend/thrust/for_each.hpp>
#include <strata/ops/map.hpp>

#include <cstdint>
#include <limits>

namespace STRATA_NAMESPACE {
namespace detail {

/// Calls the element functor on one element of all operands.
template <class F, class T, std::size_t Outputs, std::size_t Inputs>
struct MapElement {
  F f;
  std::size_t columns;  ///< of a row; all elements where they are one row
  bool narrow;          ///< every index has 32 bits
  Pack<Operand<T>, Outputs> out;
  Pack<Operand<const T>, Inputs> in;
  const T* unless;

  constexpr void operator()(std::size_t i) const {
    if (unless != nullptr && *unless != T(0)) return;
    const std::size_t row = row_of(i), column = i - row * columns;
    Pack<T, Inputs> x;
    for (std::size_t k = 0; k != Inputs; ++k) x[k] = in[k].data[row * in[k].stride + column];
    const Pack<T, Outputs> y = apply<Outputs>(loaded(f), x);
    for (std::size_t k = 0; k != Outputs; ++k) out[k].data[row * out[k].stride + column] = y[k];
  }

 private:
  constexpr std::size_t row_of(std::size_t i) const {
    if (i < columns) return 0;
    return narrow ? static_cast<std::uint32_t>(i) / static_cast<std::uint32_t>(columns) : i / columns;
  }
};

}  // namespace detail

template <System Where, class T, class Products>
struct Kernel<ops::Map, Thrust<Where, T, Products>> {
  template <class F, std::size_t Outputs, std::size_t Inputs>
  static void run(typename Thrust<Where, T, Products>::Stream stream, std::size_t rows, std::size_t columns, F f,
                  Pack<Operand<T>, Outputs> out, Pack<Operand<const T>, Inputs> in) {
    const std::size_t size = rows * columns;
    const std::size_t of_a_row = detail::one_row(rows, columns, out, in) ? size : columns;
    const bool narrow = size <= std::numeric_limits<std::uint32_t>::max();
    for_each_index(stream, size, size,
                   detail::MapElement<F, T, Outputs, Inputs>{f, of_a_row, narrow, out, in, stream.unless});
  }
};

}  // namespace STRATA_NAMESPACE
