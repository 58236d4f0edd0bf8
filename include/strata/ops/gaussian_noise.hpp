#pragma once
// gaussian_noise: y = x + sigma · z, z standard normal, drawn from a counter and never stored.
//
// The noise of element (sample, time, column) depends on the seed, the step, the place of the layer in the network and
// that position alone, so every backend, every thread count and every split of a batch adds the same bits.

#include <strata/backend/kernel.hpp>
#include <strata/core/philox.hpp>
#include <strata/ops/operand.hpp>

#include <cmath>

namespace STRATA_NAMESPACE::ops {

/// Tag of the operation.
struct GaussianNoise {};

/// x + sigma · z for the word that z is the normal number of; fma, so that no compiler rounds in between.
template <class T>
constexpr T with_noise(T x, T sigma, std::uint32_t word) {
  return std::fma(sigma, normal<T>(word), x);
}

/// y = x + sigma · z; both [rows, N], time-major with `batch` samples a step. y may be x.
template <class Run, class Out, class In>
constexpr void gaussian_noise(Run& run, double sigma, std::uint32_t place, Into<Out> out, In in) {
  if constexpr (!Run::planning && Wanted<Out>) {
    const auto y = out.view;
    Kernel<GaussianNoise, typename Run::backend>::run(run.stream, y.rows, Out::columns, in.extents.batch, sigma, place,
                                                      run.counters, run.first_sample, y.data, in.data);
  }
}

}  // namespace STRATA_NAMESPACE::ops
