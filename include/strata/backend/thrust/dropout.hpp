#pragma once
// dropout on Thrust: one index a block of four columns, which share one Philox counter.

#include <strata/backend/thrust/for_each.hpp>
#include <strata/core/counters.hpp>
#include <strata/core/philox.hpp>
#include <strata/ops/dropout.hpp>

namespace STRATA_NAMESPACE {
namespace detail {

/// Four columns of a row, fewer at its end.
template <class T>
struct DropBlock {
  std::size_t columns, batch, first_sample;
  std::uint32_t place, threshold;
  T scale;
  const Counters<T>* counters;
  T* y;
  const T* x;

  constexpr void operator()(std::size_t i) const {
    const std::size_t blocks = (columns + 3) / 4, row = i / blocks, first = i % blocks * 4;
    const auto sample = static_cast<std::uint32_t>(first_sample + row % batch),
               time = static_cast<std::uint32_t>(row / batch);
    const auto words = philox(philox_counter(first, sample, time, place, counters->step), counters->key);
    for (std::size_t j = first; j < columns && j < first + 4; ++j)
      y[row * columns + j] = words[j - first] >= threshold ? x[row * columns + j] * scale : T(0);
  }
};

}  // namespace detail

template <System Where, class T, class Products>
struct Kernel<ops::Dropout, Thrust<Where, T, Products>> {
  static void run(typename Thrust<Where, T, Products>::Stream stream, std::size_t rows, std::size_t columns,
                  std::size_t batch, double rate, std::uint32_t place, const Counters<T>* counters,
                  std::size_t first_sample, T* y, const T* x) {
    for_each_index(stream, rows * ((columns + 3) / 4), 4 * rows * columns,
                   detail::DropBlock<T>{columns, batch, first_sample, place, bernoulli_keep_threshold(rate),
                                        static_cast<T>(1 / (1 - rate)), counters, y, x});
  }
};

}  // namespace STRATA_NAMESPACE
