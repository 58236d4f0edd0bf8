#pragma once
// ClipValue: every element of the gradient in [-c, c] (PyTorch's clip_grad_value_).

#include <strata/ops/joined.hpp>
#include <strata/optim/concept.hpp>

#include <span>

namespace STRATA_NAMESPACE {
namespace detail {
struct Clamp {
  double limit;
  template <class V>
  constexpr V operator()(V g) const {
    const V c = math::constant<V>(limit);
    return math::max(math::min(g, c), -c);
  }
};
}  // namespace detail

/// Clamps every element of the gradient to [-Limit, Limit].
template <double Limit>
struct ClipValue {
  static_assert(Limit > 0, "strata::ClipValue: the limit must be above 0");

  template <class Direct, class T>
  static void clip(Direct& direct, std::span<const Flat<T*>> gradients, Counters<T>*) {
    ops::for_each_joined(gradients,
                         [&](Flat<T*> g) { ops::map(direct, detail::Clamp{Limit}, ops::into(g), ops::from(g)); });
  }
};

}  // namespace STRATA_NAMESPACE
