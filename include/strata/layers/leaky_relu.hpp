#pragma once
// LeakyReLU: a small slope keeps units alive that ReLU lets die (Maas et al. 2013).

#include <strata/layers/elementwise.hpp>

#include <type_traits>

namespace STRATA_NAMESPACE {
namespace detail {
template <class Given>
struct LeakyReLUNeedsSlope {
  static_assert(sizeof(Given*) == 0,
                "strata::LeakyReLU: the slope must be above 0, or the derivative can't be told from the output");
};
}  // namespace detail

/// y = x for x > 0, else Slope · x (PyTorch's default slope 0.01). Any shape of numbers -> the same.
template <double Slope = 0.01>
struct LeakyReLU : Elementwise<LeakyReLU<Slope>> {
  template <Numeric In>
    requires(Slope > 0)
  using output = In;
  template <class In>
  using refusal = std::conditional_t<(Slope > 0), detail::ActivationNeedsNumbers<In>, detail::LeakyReLUNeedsSlope<In>>;

  template <class V>
  static constexpr V value(V x) {
    return math::select(x > V(0), x, math::constant<V>(Slope) * x);
  }
  template <class V>
  static constexpr V slope(V y) {
    return math::select(y > V(0), V(1), math::constant<V>(Slope));
  }
};

}  // namespace STRATA_NAMESPACE
