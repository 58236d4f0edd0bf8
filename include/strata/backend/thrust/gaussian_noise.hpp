#pragma once
// gaussian_noise on Thrust: one index a block of four columns, which share one Philox counter, and one load and one
// store where rows have whole blocks.

#include <strata/backend/thrust/for_each.hpp>
#include <strata/backend/thrust/fours.hpp>
#include <strata/core/counters.hpp>
#include <strata/core/philox.hpp>
#include <strata/ops/gaussian_noise.hpp>

#include <type_traits>

namespace STRATA_NAMESPACE {
namespace detail {

/// Four columns of a row, fewer at its end unless all are whole.
template <bool Whole, class T>
struct NoiseBlock {
  std::size_t columns, batch, first_sample;
  std::uint32_t place;
  T sigma;
  const Counters<T>* counters;
  T* y;
  const T* x;

  constexpr void operator()(std::size_t i) const {
    const std::size_t blocks = fours_of(columns), row = i / blocks, column = (i - row * blocks) * 4;
    const std::size_t begin = Whole ? 4 * i : row * columns + column;
    const std::size_t count = Whole || columns - column > 4 ? 4 : columns - column;
    Pack<T, 4> four = load_four<Whole>(x + begin, count);
    const std::size_t time = row / batch, sample = first_sample + row - time * batch;
    const PhiloxBlock words = philox(philox_counter(column, static_cast<std::uint32_t>(sample),
                                                    static_cast<std::uint32_t>(time), place, counters->step),
                                     counters->key);
    for (std::size_t j = 0; j != 4; ++j) four[j] = ops::with_noise(four[j], sigma, words[j]);
    store_four<Whole>(y + begin, four, count);
  }
};

}  // namespace detail

template <System Where, class T, class Products>
struct Kernel<ops::GaussianNoise, Thrust<Where, T, Products>> {
  static void run(typename Thrust<Where, T, Products>::Stream stream, std::size_t rows, std::size_t columns,
                  std::size_t batch, double sigma, std::uint32_t place, const Counters<T>* counters,
                  std::size_t first_sample, T* y, const T* x) {
    const auto launch = [&]<bool Whole>(std::bool_constant<Whole>) {
      for_each_index(
          stream, rows * detail::fours_of(columns), 64 * rows * columns,
          detail::NoiseBlock<Whole, T>{columns, batch, first_sample, place, static_cast<T>(sigma), counters, y, x});
    };
    if (columns % 4 == 0 && detail::aligned_for<detail::Four<T>>(x) && detail::aligned_for<detail::Four<T>>(y))
      launch(std::true_type{});
    else launch(std::false_type{});
  }
};

}  // namespace STRATA_NAMESPACE
