#pragma once
// Steps of a recurrence on the CPU: the recurrent weights are packed once, and each thread takes its samples through
// all steps without waiting for another.

#include <strata/backend/cpu/cpu.hpp>
#include <strata/backend/cpu/matmul.hpp>
#include <strata/backend/cpu/packed_factor.hpp>
#include <strata/ops/stepwise.hpp>

#include <algorithm>
#include <cstddef>

namespace STRATA_NAMESPACE {

template <class T>
inline constexpr bool ops::own_stepwise<Cpu<T>> = true;

template <class T>
struct Kernel<ops::Stepwise, Cpu<T>> {
  template <class Run, std::size_t Gates, std::size_t Hidden, class Sums, class Before, class Body>
  static void forward(Run& run, const ops::RecurrenceRoom<Run, Gates, Hidden>& room, auto recurrent, auto bias,
                      Sums sums, Before before, Body body) {
    const int threads = threads_of(run, Gates, Hidden);
    const detail::PackedFactor<T> weights(room.weights.data, Hidden, Gates * Hidden);
    // A single step does not repay the packing; a longer product would be cut along k there.
    const bool once = run.extents.steps == 1 && Hidden <= detail::GemmInPlace<T>::depth;
    if (!once) weights.pack(threads, recurrent.data, Hidden, true);
    parallel_for(threads, run.extents.batch, [&](std::size_t first, std::size_t last) {
      ops::SomeSamples<Run> at(run, first, last - first);
      for (std::size_t t = 0; t < run.extents.steps; ++t) {
        const auto from = before(at, t);
        const auto to = sums(at, t);
        if (once) ops::arguments::recurrent_product(at, recurrent, bias, to, from);
        else product(weights, bias, from, to);
        body(at, t);
      }
    });
  }

  template <class Run, std::size_t Gates, std::size_t Hidden, class Sums, class Body>
  static void backward(Run& run, const ops::RecurrenceRoom<Run, Gates, Hidden>& room, auto recurrent, Sums dsums,
                       auto dh, Body body) {
    const int threads = threads_of(run, Gates, Hidden);
    const detail::PackedFactor<T> weights(room.weights.data, Gates * Hidden, Hidden);
    if (run.extents.steps > 1) weights.pack(threads, recurrent.data, Hidden, false);
    parallel_for(threads, run.extents.batch, [&](std::size_t first, std::size_t last) {
      ops::SomeSamples<Run> at(run, first, last - first);
      for (std::size_t t = run.extents.steps; t-- > 0;) {
        if (t + 1 < run.extents.steps) product(weights, Discard{}, dsums(at, t + 1), ops::samples_of(at, dh));
        body(at, t);
      }
    });
  }

 private:
  static int threads_of(const auto& run, std::size_t gates, std::size_t hidden) {
    return threads_for(run.stream.threads, gates * run.extents.rows() * hidden * hidden / 16);
  }
  /// to = from · the packed factor + bias.
  template <class Bias, class From, class To>
  static void product(const detail::PackedFactor<T>& weights, Bias bias, From from, To to) {
    constexpr std::size_t width = simd_width<T>;
    weights.product(0, from.rows, from.data, From::stride, [&](std::size_t row, std::size_t v, simd<T> sums) {
      const std::size_t count = std::min(width, To::columns - v * width);
      if constexpr (Wanted<Bias>) sums = detail::load_some<T>(bias.data + v * width, count) + sums;
      detail::store_some(to.data + row * To::stride + v * width, sums, count);
    });
  }
};

}  // namespace STRATA_NAMESPACE
