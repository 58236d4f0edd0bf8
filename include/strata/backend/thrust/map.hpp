#pragma once
// map on Thrust: four elements an index where all operands are one row each, which nearly all are; every operand is
// loaded before any is stored. Else one element an index, and rows are told apart by a division, slow on a GPU.

#include <strata/backend/common/apply.hpp>
#include <strata/backend/common/one_row.hpp>
#include <strata/backend/thrust/for_each.hpp>
#include <strata/backend/thrust/fours.hpp>
#include <strata/ops/map.hpp>

namespace STRATA_NAMESPACE {
namespace detail {

/// Calls the element functor on four elements of all operands, each of which is one row that begins where a wide load
/// may; on fewer at its end.
template <class F, class T, std::size_t Outputs, std::size_t Inputs>
struct MapFour {
  F f;
  std::size_t size;
  Pack<Operand<T>, Outputs> out;
  Pack<Operand<const T>, Inputs> in;
  const T* unless;

  constexpr void operator()(std::size_t i) const {
    if (unless != nullptr && *unless != T(0)) return;
    if (size - 4 * i >= 4) run<true>(4 * i, 4);
    else run<false>(4 * i, size - 4 * i);
  }

 private:
  /// Two copies, because nvcc makes no wide loads of what is chosen load by load.
  template <bool Whole>
  constexpr void run(std::size_t first, std::size_t count) const {
    const auto g = loaded(f);
    Pack<Pack<T, 4>, Inputs> x;
    for (std::size_t k = 0; k != Inputs; ++k) x[k] = load_four<Whole>(in[k].data + first, count);
    Pack<Pack<T, 4>, Outputs> y;
    for (std::size_t j = 0; j != 4; ++j) {
      Pack<T, Inputs> element;
      for (std::size_t k = 0; k != Inputs; ++k) element[k] = x[k][j];
      const Pack<T, Outputs> results = apply<Outputs>(g, element);
      for (std::size_t k = 0; k != Outputs; ++k) y[k][j] = results[k];
    }
    for (std::size_t k = 0; k != Outputs; ++k) store_four<Whole>(out[k].data + first, y[k], count);
  }
};

/// Calls the element functor on one element of all operands.
template <class F, class T, std::size_t Outputs, std::size_t Inputs>
struct MapElement {
  F f;
  std::size_t columns;  ///< of a row; all elements where they are one row
  Pack<Operand<T>, Outputs> out;
  Pack<Operand<const T>, Inputs> in;
  const T* unless;

  constexpr void operator()(std::size_t i) const {
    if (unless != nullptr && *unless != T(0)) return;
    const std::size_t row = i < columns ? 0 : i / columns,  // nvcc divides short numbers in 32 bits by itself
        column = i - row * columns;
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
    const bool one_row = detail::one_row(rows, columns, out, in);
    bool in_fours = one_row;
    for (std::size_t k = 0; k != Outputs; ++k) in_fours = in_fours && detail::aligned_for<detail::Four<T>>(out[k].data);
    for (std::size_t k = 0; k != Inputs; ++k) in_fours = in_fours && detail::aligned_for<detail::Four<T>>(in[k].data);
    if (in_fours) {
      for_each_index(stream, detail::fours_of(size), size,
                     detail::MapFour<F, T, Outputs, Inputs>{f, size, out, in, stream.unless});
    } else {
      for_each_index(stream, size, size,
                     detail::MapElement<F, T, Outputs, Inputs>{f, one_row ? size : columns, out, in, stream.unless});
    }
  }
};

}  // namespace STRATA_NAMESPACE
