#pragma once
// Copies the elements of a matrix into other numbers: factors of a product that are to be rounded.

#include <strata/backend/thrust/for_each.hpp>
#include <strata/backend/thrust/products.hpp>
#include <strata/ops/operand.hpp>

#include <cstddef>
#include <cstdint>

namespace STRATA_NAMESPACE::detail {

/// The functors of `convert`.
template <class Products>
struct Rounded {
  constexpr float operator()(float x) const { return Products::rounded(x); }
};
struct BitsOfBFloat16 {
  constexpr std::uint16_t operator()(float x) const { return to_bfloat16(x); }
};

template <class F, class To>
struct ConvertElement {
  F f;
  std::size_t columns;
  Operand<const float> from;
  Operand<To> to;

  constexpr void operator()(std::size_t i) const {
    const std::size_t row = i / columns, column = i % columns;
    to.data[row * to.stride + column] = f(from.data[row * from.stride + column]);
  }
};

/// to[row, column] = f(from[row, column]).
template <class Stream, class F, class To>
void convert(Stream stream, std::size_t rows, std::size_t columns, F f, Operand<const float> from, Operand<To> to) {
  for_each_index(stream, rows * columns, rows * columns, ConvertElement<F, To>{f, columns, from, to});
}

}  // namespace STRATA_NAMESPACE::detail
