#pragma once
// ClipNorm: the gradient scaled down to a given length (Pascanu et al. 2013; PyTorch's clip_grad_norm_).

#include <strata/ops/reduce_all.hpp>
#include <strata/optim/concept.hpp>

#include <algorithm>
#include <cmath>
#include <span>

namespace STRATA_NAMESPACE {
namespace detail {
struct Square {
  template <class V>
  constexpr V operator()(V g) const {
    return g * g;
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
    T squares = 0;
    for (const auto& g : gradients) {
      ops::reduce_all(direct.stream, detail::Square{}, &squares, true, ops::from(Flat<const T*>{g.data, g.size}));
    }
    counters->gradient_scale = std::min(T(1), static_cast<T>(Limit) / (std::sqrt(squares) + static_cast<T>(1e-6)));
    for (const auto& g : gradients) {
      ops::map(direct, detail::ScaleGradient<T>{counters}, ops::into(g), ops::from(g));
    }
  }
};

}  // namespace STRATA_NAMESPACE
