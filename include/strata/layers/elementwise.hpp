#pragma once
// What all activations share: y = f(x) element by element, and dx = dy · f'(x) written in terms of y.
//
// Writing the derivative in terms of the output lets an activation run in place: x need not survive.

#include <strata/layers/concept.hpp>
#include <strata/ops/map.hpp>

namespace STRATA_NAMESPACE {
namespace detail {
template <class Given>
struct ActivationNeedsNumbers {
  static_assert(Numeric<Given>,
                "strata: an activation needs numbers. Common mistake: Tokens that were not embedded first.");
};
template <class Formula>
struct Value {
  template <class V>
  constexpr V operator()(V x) const {
    return Formula::value(x);
  }
};
template <class Formula>
struct TimesSlope {
  template <class V>
  constexpr V operator()(V dy, V y) const {
    return dy * Formula::slope(y);
  }
};
}  // namespace detail

/// Derive an activation from this and give it value(x) and slope(y), the derivative at the x that gave y. Any shape of
/// numbers.
template <class Formula>
struct Elementwise {
  template <Numeric In>
  using output = In;
  template <class In>
  using refusal = detail::ActivationNeedsNumbers<In>;
  static constexpr Reads backward_reads = Reads::output;
  static constexpr InPlace in_place = InPlace::always;

  static constexpr void forward(auto& run, auto x, auto y, auto&) {
    ops::map(run, detail::Value<Formula>{}, ops::into(y), ops::from(x));
  }
  static constexpr void backward(auto& run, auto, auto y, auto dy, auto dx, auto&) {
    ops::map(run, detail::TimesSlope<Formula>{}, ops::into(dx), ops::from(dy, y));
  }
};

}  // namespace STRATA_NAMESPACE
