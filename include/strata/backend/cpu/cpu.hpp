#pragma once
// The CPU backend: memory is ordinary memory, a stream is a number of threads.

#include <strata/core/config.hpp>

#include <concepts>
#include <cstddef>

namespace STRATA_NAMESPACE {

/// Networks on the processor, through xtensor and xsimd. T is float or double.
template <std::floating_point T>
struct Cpu {
  using element = T;
  static constexpr bool turns_weights = true;  ///< of products of single rows (network/stream.hpp)

  /// Where operations run: how many threads they may use. The results have the same bits for any number.
  struct Stream {
    using backend = Cpu;
    int threads = 1;
  };
};

/// Elements below which a second thread costs more than it brings: an OpenMP region takes about a microsecond.
inline constexpr std::size_t parallel_elements = 16384;

/// Threads for so much work.
constexpr int threads_for(int threads, std::size_t elements) { return elements < parallel_elements ? 1 : threads; }

}  // namespace STRATA_NAMESPACE
