#pragma once
// dropout on the CPU: a row of Philox words at a time.

#include <strata/backend/cpu/cpu.hpp>
#include <strata/backend/cpu/parallel.hpp>
#include <strata/core/counters.hpp>
#include <strata/core/philox.hpp>
#include <strata/ops/dropout.hpp>

namespace STRATA_NAMESPACE {

template <class T>
struct Kernel<ops::Dropout, Cpu<T>> {
  static void run(typename Cpu<T>::Stream stream, std::size_t rows, std::size_t columns, std::size_t batch, double rate,
                  std::uint32_t place, const Counters<T>* counters, std::size_t first_sample, T* y, const T* x) {
    const std::uint32_t threshold = bernoulli_keep_threshold(rate), step = counters->step;
    const PhiloxKey key = counters->key;
    const T scale = static_cast<T>(1 / (1 - rate));
    parallel_for(threads_for(stream.threads, 4 * rows * columns), rows, [=](std::size_t first, std::size_t last) {
      for (std::size_t r = first; r < last; ++r) {
        const auto sample = static_cast<std::uint32_t>(first_sample + r % batch),
                   time = static_cast<std::uint32_t>(r / batch);
        drop_row(columns, sample, time, place, step, key, threshold, scale, y + r * columns, x + r * columns);
      }
    });
  }

 private:
  static constexpr std::size_t piece = 1024;  // words on the stack at a time; a multiple of 4

  static void drop_row(std::size_t columns, std::uint32_t sample, std::uint32_t time, std::uint32_t place,
                       std::uint32_t step, PhiloxKey key, std::uint32_t threshold, T scale, T* y, const T* x) {
    std::uint32_t words[piece];
    for (std::size_t first = 0; first < columns; first += piece) {
      const std::size_t n = std::min(piece, columns - first);
      philox_words(words, n, sample, time, place, step, key, first);
      for (std::size_t j = 0; j < n; ++j) y[first + j] = words[j] >= threshold ? x[first + j] * scale : T(0);
    }
  }
};

}  // namespace STRATA_NAMESPACE
