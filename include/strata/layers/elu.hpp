#pragma once
// ELU: exponential linear unit (Clevert et al. 2016).

#include <strata/layers/elementwise.hpp>

#include <type_traits>

namespace STRATA_NAMESPACE {
namespace detail {
template <class Given>
struct EluNeedsAlpha {
  static_assert(sizeof(Given*) == 0,
                "strata::ELU: alpha must be above 0, or the derivative can't be told from the output");
};
}  // namespace detail

/// y = x for x > 0, else Alpha · (exp(x) - 1). Any shape of numbers -> the same.
template <double Alpha = 1.0>
struct ELU : Elementwise<ELU<Alpha>> {
  template <Numeric In>
    requires(Alpha > 0)
  using output = In;
  template <class In>
  using refusal = std::conditional_t<(Alpha > 0), detail::ActivationNeedsNumbers<In>, detail::EluNeedsAlpha<In>>;

  template <class V>
  static constexpr V value(V x) {
    // exp of a positive x may be infinite, and is not used: keep it finite
    return math::select(x > V(0), x, math::constant<V>(Alpha) * (math::exp(math::min(x, V(0))) - V(1)));
  }
  template <class V>
  static constexpr V slope(V y) {
    return math::select(y > V(0), V(1), y + math::constant<V>(Alpha));
  }
};

}  // namespace STRATA_NAMESPACE
