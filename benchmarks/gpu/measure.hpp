#pragma once
// The clock, and numbers to compute with.

#include "bench.hpp"
#include "close.hpp"

#include <strata/io.hpp>
#if defined(__CUDACC__)
#include <strata/cuda.hpp>
#endif
#include <strata/strata.hpp>
#include <strata/thrust.hpp>

#include <algorithm>
#include <chrono>
#include <span>
#include <string>
#include <vector>

inline double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

/// Waits until all that was asked of the device is done.
template <class Backend>
void finish() {
#if defined(__CUDACC__)
  if constexpr (Backend::system == strata::System::cuda)
    strata::device::check(cudaStreamSynchronize(strata::device::stream()), "cudaStreamSynchronize");
#endif
}

/// Milliseconds a call: the median over rounds of so many calls that the wait at the end of a round hardly counts.
template <class Backend, class Call>
double median_ms(double seconds, Call call) {
  using Clock = std::chrono::steady_clock;
  const auto round_ms = [&](std::size_t calls) {
    const auto begin = Clock::now();
    for (std::size_t i = 0; i < calls; ++i) call();
    finish<Backend>();
    return std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
  };
  round_ms(3);  // plans, arenas, clocks of the device
  const double once = round_ms(1);
  const auto calls = static_cast<std::size_t>(std::clamp(10 / once, 1.0, 1000.0));
  std::vector<double> times;
  for (const auto end = Clock::now() + std::chrono::duration<double>(seconds); times.size() < 5 || Clock::now() < end;)
    times.push_back(round_ms(calls) / static_cast<double>(calls));
  return median(std::move(times));
}

/// Numbers in [-1, 1) that repeat late.
inline std::vector<float> numbers(std::size_t count, std::size_t seed = 0) {
  std::vector<float> values(count);
  for (std::size_t i = 0; i < count; ++i)
    values[i] = static_cast<float>(((i + seed) * 2654435761U >> 7U) % 2000) / 1000.0F - 1.0F;
  return values;
}

/// Memory of a backend with these numbers in it.
template <class Backend>
strata::Buffer<float, strata::memory_of<Backend>> uploaded(std::span<const float> values) {
  strata::Buffer<float, strata::memory_of<Backend>> there(values.size());
  there.upload(values);
  return there;
}
template <class Memory>
std::vector<float> downloaded(const strata::Buffer<float, Memory>& there, std::size_t count) {
  std::vector<float> here(count);
  there.download(here);
  return here;
}
