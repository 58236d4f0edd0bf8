#pragma once
// The formulas of ops/clip_norm.hpp, for any backend.

#include <strata/core/math.hpp>

namespace STRATA_NAMESPACE::detail {

struct Square {
  template <class V>
  constexpr V operator()(V g) const {
    return g * g;
  }
};

/// min(1, limit / (√squares + 1e-6)).
template <class T>
constexpr T scale_to_length(double limit, T squares) {
  return math::min(static_cast<T>(limit) / (math::sqrt(squares) + static_cast<T>(1e-6)), T(1));
}

}  // namespace STRATA_NAMESPACE::detail
