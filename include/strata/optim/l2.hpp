#pragma once
// L2: weight decay as a term of the loss, ½ λ ‖w‖².

#include <strata/ops/reduce_all.hpp>
#include <strata/optim/concept.hpp>

namespace STRATA_NAMESPACE {
namespace detail {
struct AddScaled {
  double factor;
  template <class V>
  constexpr V operator()(V g, V w) const {
    return g + math::constant<V>(factor) * w;
  }
};
struct HalfSquare {
  double factor;
  template <class V>
  constexpr V operator()(V w) const {
    return math::constant<V>(0.5 * factor) * w * w;
  }
};
}  // namespace detail

/// Adds ½ λ ‖w‖² to the loss and λ w to the gradient of every decayed weight (not biases, not gains of normalizations).
template <double Lambda>
struct L2 {
  static_assert(Lambda >= 0, "strata::L2: the factor must not be negative");

  template <class Direct, class T>
  static void regularize(Direct& direct, Flat<const T*> w, Flat<T*> g, T* loss) {
    ops::map(direct, detail::AddScaled{Lambda}, ops::into(g), ops::from(g, w));
    ops::reduce_all(direct.stream, detail::HalfSquare{Lambda}, loss, true, ops::from(w));
  }
};

}  // namespace STRATA_NAMESPACE
