#pragma once
// Halving: a phase of a block in which values are put together in pairs, so that 2ⁿ are one after n phases, in an order
// that depends on their number alone.

#include <strata/core/config.hpp>

namespace STRATA_NAMESPACE::detail {

/// Of 2 · `half` values, `apart` elements from each other, a thread has number `lane` at `value`: the first half takes
/// in the second.
template <class V, class F>
constexpr void halve(V* value, unsigned lane, unsigned half, unsigned apart, F together) {
  if (lane < half) *value = together(*value, value[half * apart]);
}

}  // namespace STRATA_NAMESPACE::detail
