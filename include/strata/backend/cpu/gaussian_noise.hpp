#pragma once
// gaussian_noise on the CPU: a row of Philox words at a time.

#include <strata/backend/cpu/cpu.hpp>
#include <strata/backend/cpu/parallel.hpp>
#include <strata/core/counters.hpp>
#include <strata/core/philox.hpp>
#include <strata/ops/gaussian_noise.hpp>

#include <algorithm>

namespace STRATA_NAMESPACE {

template <class T>
struct Kernel<ops::GaussianNoise, Cpu<T>> {
  static void run(typename Cpu<T>::Stream stream, std::size_t rows, std::size_t columns, std::size_t batch,
                  double sigma, std::uint32_t place, const Counters<T>* counters, std::size_t first_sample, T* y,
                  const T* x) {
    const std::uint32_t step = counters->step;
    const PhiloxKey key = counters->key;
    // a normal number is two polynomials and a division: threads pay early
    parallel_for(threads_for(stream.threads, 64 * rows * columns), rows, [=](std::size_t first, std::size_t last) {
      std::uint32_t words[piece];
      for (std::size_t r = first; r < last; ++r) {
        const auto sample = static_cast<std::uint32_t>(first_sample + r % batch),
                   time = static_cast<std::uint32_t>(r / batch);
        for (std::size_t begin = 0; begin < columns; begin += piece) {
          const std::size_t n = std::min(piece, columns - begin), at = r * columns + begin;
          philox_words(words, n, sample, time, place, step, key, begin);
          for (std::size_t j = 0; j < n; ++j) y[at + j] = ops::with_noise(x[at + j], static_cast<T>(sigma), words[j]);
        }
      }
    });
  }

 private:
  static constexpr std::size_t piece = 1024;  // words on the stack at a time; a multiple of 4
};

}  // namespace STRATA_NAMESPACE
