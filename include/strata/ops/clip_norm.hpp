#pragma once
// clip_norm: parts of a buffer, together one vector g, scaled by min(1, limit / (‖g‖ + 1e-6)).

#include <strata/backend/kernel.hpp>
#include <strata/core/counters.hpp>
#include <strata/ops/joined.hpp>

#include <algorithm>

namespace STRATA_NAMESPACE::ops {

/// Tag of the operation.
struct ClipNorm {};

/// Leaves ‖g‖² and the factor in the counters' squares and gradient_scale, which lie in the backend's memory. Nothing
/// changes where there are no elements.
template <class Direct, class T>
void clip_norm(Direct& direct, double limit, std::span<const Flat<T*>> parts, Counters<T>* counters) {
  if (std::ranges::all_of(parts, [](const Flat<T*>& part) { return part.size == 0; })) return;
  Kernel<ClipNorm, typename Direct::backend>::run(direct.stream, limit, parts, counters);
}

}  // namespace STRATA_NAMESPACE::ops
