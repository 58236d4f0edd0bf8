#pragma once
// dropout: y = x · mask / (1 - rate), the mask drawn from a counter and never stored; see masked_map.hpp.

#include <strata/ops/masked_map.hpp>

namespace STRATA_NAMESPACE::ops {

/// y = dropout(x); both [rows, N], time-major with `batch` samples a step. y may be x.
template <class Run, class Out, class In>
constexpr void dropout(Run& run, double rate, std::uint32_t place, Into<Out> out, In in) {
  map(run, Masked{}, out, from(in), Masks<1>{{{{.rate = rate, .place = place}}}});
}

}  // namespace STRATA_NAMESPACE::ops
