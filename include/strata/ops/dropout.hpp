#pragma once
// dropout: y = x · mask / (1 - rate), the mask drawn from a counter and never stored.
//
// Whether element (sample, time, column) stays depends on the seed, the step, the place of the layer in the network
// and that position alone, so forward and backward, every backend and every thread count see the same mask.

#include <strata/backend/kernel.hpp>
#include <strata/core/philox.hpp>
#include <strata/ops/operand.hpp>

namespace STRATA_NAMESPACE::ops {

/// Tag of the operation.
struct Dropout {};

/// y = dropout(x); both [rows, N], time-major with `batch` samples a step. y may be x.
template <class Run, class Out, class In>
constexpr void dropout(Run& run, double rate, std::uint32_t place, Into<Out> out, In in) {
  if constexpr (!Run::planning && Wanted<Out>) {
    const auto y = out.view;
    Kernel<Dropout, typename Run::backend>::run(run.stream, y.rows, Out::columns, in.extents.batch, rate, place,
                                                run.counters, run.first_sample, y.data, in.data);
  }
}

}  // namespace STRATA_NAMESPACE::ops
