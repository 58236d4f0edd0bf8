#pragma once
// L1: sparsity as a term of the loss, λ Σ |w|.

#include <strata/ops/reduce_all.hpp>
#include <strata/optim/concept.hpp>

namespace STRATA_NAMESPACE {
namespace detail {
struct AddSign {
  double factor;
  template <class V>
  constexpr V operator()(V g, V w) const {
    const V step = math::constant<V>(factor);
    return g + math::select(w > V(0), step, math::select(w < V(0), -step, V(0)));
  }
};
struct ScaledMagnitude {
  double factor;
  template <class V>
  constexpr V operator()(V w) const {
    return math::constant<V>(factor) * math::abs(w);
  }
};
}  // namespace detail

/// Adds λ Σ |w| to the loss and λ sign(w) to the gradient (0 at 0) of every decayed weight (not biases, not gains).
template <double Lambda>
struct L1 {
  static_assert(Lambda >= 0, "strata::L1: the factor must not be negative");

  template <class Direct, class T>
  static void regularize(Direct& direct, Flat<const T*> w, Flat<T*> g, T* loss) {
    ops::map(direct, detail::AddSign{Lambda}, ops::into(g), ops::from(g, w));
    ops::reduce_all(direct.stream, detail::ScaledMagnitude{Lambda}, loss, true, ops::from(w));
  }
};

}  // namespace STRATA_NAMESPACE
