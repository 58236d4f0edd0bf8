#pragma once
// The CPU backend: memory is ordinary memory, a stream is a number of threads.

#include <strata/core/precision.hpp>

#include <concepts>
#include <cstddef>
#include <type_traits>

namespace STRATA_NAMESPACE {

/// Networks on the processor, through xtensor and xsimd. T is float or double.
template <std::floating_point T, class Products = FullPrecision>
struct Cpu {
  static_assert(std::is_same_v<Products, FullPrecision>,
                "strata::Cpu: products are those of the network's numbers, or BFloat16 in networks of float.");
  using element = T;
  static constexpr bool turns_weights = true;  ///< of products of single rows (network/stream.hpp)

  /// Where operations run: how many threads they may use. The results have the same bits for any number.
  struct Stream {
    using backend = Cpu;
    int threads = 1;
  };
};

/// Matrices are multiplied in bfloat16: both factors of every product are rounded to the nearest; sums, weights and
/// everything else stay floats. It takes the units of AMX, or of AVX512-BF16, if the processor it runs on has them, and
/// is slower than `Cpu<float>` if it has not. For batches of a few dozen and more: weights are rounded at every
/// product, so a single row is several times slower than in floats. Processors with other units give other bits, and
/// those of AMX and AVX512-BF16 take denormal numbers for zero.
template <>
struct Cpu<float, BFloat16> {
  using element = float;

  struct Stream {
    using backend = Cpu;
    int threads = 1;
    /// For operations that are no products.
    constexpr operator Cpu<float>::Stream() const { return {threads}; }
  };
};

/// Elements below which a second thread costs more than it brings: an OpenMP region takes about a microsecond.
inline constexpr std::size_t parallel_elements = 16384;

/// Threads for so much work.
constexpr int threads_for(int threads, std::size_t elements) { return elements < parallel_elements ? 1 : threads; }

}  // namespace STRATA_NAMESPACE
