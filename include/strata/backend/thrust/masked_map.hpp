#pragma once
// map with masks on Thrust: one index a block of four columns, which share one Philox counter a mask; wide loads and
// stores where rows have whole blocks that begin where they may.

#include <strata/backend/common/apply.hpp>
#include <strata/backend/thrust/for_each.hpp>
#include <strata/backend/thrust/fours.hpp>
#include <strata/ops/masked_map.hpp>

#include <type_traits>

namespace STRATA_NAMESPACE {
namespace detail {

/// Calls the element functor on four columns of a row, on fewer at its end unless all are whole.
template <bool Whole, class F, class T, std::size_t Outputs, std::size_t Inputs, class Drawn, std::size_t N>
struct MaskedFour {
  F f;
  std::size_t columns;
  Pack<Operand<T>, Outputs> out;
  Pack<Operand<const T>, Inputs> in;
  ops::MaskArguments<T, Drawn, N> masks;

  constexpr void operator()(std::size_t i) const {
    const std::size_t blocks = fours_of(columns), row = i / blocks, column = (i - row * blocks) * 4;
    const std::size_t count = Whole || columns - column > 4 ? 4 : columns - column;
    Pack<Pack<T, 4>, Inputs + N> x;
    for (std::size_t k = 0; k != Inputs; ++k) x[k] = load_four<Whole>(in[k].data + row * in[k].stride + column, count);
    for (std::size_t k = 0; k != N; ++k) x[Inputs + k] = draw(masks.masks[k], row, column);
    const auto g = loaded(f);
    Pack<Pack<T, 4>, Outputs> y;
    for (std::size_t j = 0; j != 4; ++j) {
      Pack<T, Inputs + N> element;
      for (std::size_t k = 0; k != Inputs + N; ++k) element[k] = x[k][j];
      const Pack<T, Outputs> results = apply<Outputs>(g, element);
      for (std::size_t k = 0; k != Outputs; ++k) y[k][j] = results[k];
    }
    for (std::size_t k = 0; k != Outputs; ++k)
      store_four<Whole>(out[k].data + row * out[k].stride + column, y[k], count);
  }

 private:
  constexpr Pack<T, 4> draw(const Drawn& mask, std::size_t row, std::size_t column) const {
    const std::size_t step = row / masks.batch, sample = masks.first_sample + row - step * masks.batch,
                      time = mask.each_step ? masks.first_step + step : 0;
    const PhiloxBlock words = philox(philox_counter(column, static_cast<std::uint32_t>(sample),
                                                    static_cast<std::uint32_t>(time), mask.place, masks.counters->step),
                                     masks.counters->key);
    Pack<T, 4> drawn;
    for (std::size_t j = 0; j != 4; ++j) drawn[j] = mask.value(words[j]);
    return drawn;
  }
};

}  // namespace detail

template <System Where, class T, class Products>
struct Kernel<ops::MaskedMap, Thrust<Where, T, Products>> {
  template <class F, std::size_t Outputs, std::size_t Inputs, class Drawn, std::size_t N>
  static void run(typename Thrust<Where, T, Products>::Stream stream, std::size_t rows, std::size_t columns, F f,
                  Pack<Operand<T>, Outputs> out, Pack<Operand<const T>, Inputs> in,
                  ops::MaskArguments<T, Drawn, N> masks) {
    const auto launch = [&]<bool Whole>(std::bool_constant<Whole>) {
      for_each_index(stream, rows * detail::fours_of(columns), Drawn::work * N * rows * columns,
                     detail::MaskedFour<Whole, F, T, Outputs, Inputs, Drawn, N>{f, columns, out, in, masks});
    };
    bool whole = columns % 4 == 0;
    for (std::size_t k = 0; k != Outputs; ++k) whole = whole && in_fours(out[k]);
    for (std::size_t k = 0; k != Inputs; ++k) whole = whole && in_fours(in[k]);
    if (whole) launch(std::true_type{});
    else launch(std::false_type{});
  }

 private:
  template <class Element>
  static bool in_fours(const Operand<Element>& operand) {
    return operand.stride % 4 == 0 && detail::aligned_for<detail::Four<T>>(operand.data);
  }
};

}  // namespace STRATA_NAMESPACE
