#pragma once
// ClipNorm: the gradient scaled down to a given length (Pascanu et al. 2013; PyTorch's clip_grad_norm_).

#include <strata/ops/reduce_all.hpp>
#include <strata/optim/concept.hpp>

#include <span>

namespace STRATA_NAMESPACE {
namespace detail {
struct Square {
  template <class V>
  constexpr V operator()(V g) const {
    return g * g;
  }
};
/// min(1, limit / (√x + 1e-6)).
struct ScaleToLength {
  double limit;
  template <class V>
  constexpr V operator()(V squares) const {
    return math::min(math::constant<V>(limit) / (math::sqrt(squares) + math::constant<V>(1e-6)), V(1));
  }
};
template <class T>
struct ScaleGradient {
  const Counters<T>* counters;
  struct Loaded {
    T factor;
    template <class V>
    constexpr V operator()(V g) const {
      return g * V(factor);
    }
  };
  constexpr Loaded load() const { return {counters->gradient_scale}; }
};
}  // namespace detail

/// Scales the gradient by min(1, Limit / (‖g‖ + 1e-6)), ‖g‖ over all unfrozen weights of the trainer or of the layer it
/// stands on.
template <double Limit>
struct ClipNorm {
  static_assert(Limit > 0, "strata::ClipNorm: the limit must be above 0");

  template <class Direct, class T>
  static void clip(Direct& direct, std::span<const Flat<T*>> gradients, Counters<T>* counters) {
    bool more = false;
    for (const auto& g : gradients) {
      ops::reduce_all(direct.stream, detail::Square{}, &counters->squares, more,
                      ops::from(Flat<const T*>{g.data, g.size}));
      more = true;
    }
    if (!more) return;
    ops::map(direct, detail::ScaleToLength{Limit}, ops::into(Flat<T*>{&counters->gradient_scale, 1}),
             ops::from(Flat<const T*>{&counters->squares, 1}));
    for (const auto& g : gradients) {
      ops::map(direct, detail::ScaleGradient<T>{counters}, ops::into(g), ops::from(g));
    }
  }
};

}  // namespace STRATA_NAMESPACE
