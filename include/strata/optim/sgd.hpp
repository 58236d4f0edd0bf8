#pragma once
// SGD: stochastic gradient descent with momentum, PyTorch's torch.optim.SGD.
//
//   m = momentum · m + g;   w -= rate · m,   or with Nesterov   w -= rate · (g + momentum · m)

#include <strata/optim/concept.hpp>

namespace STRATA_NAMESPACE {
namespace detail {
template <class T>
struct SgdStep {
  const Counters<T>* counters;
  double factor, momentum;
  bool nesterov;

  struct Loaded {
    T rate, momentum;
    bool nesterov;
    template <class V>
    constexpr Pack<V, 2> operator()(V w, V g, V m) const {
      const V next = V(momentum) * m + g;
      return {{w - V(rate) * (nesterov ? g + V(momentum) * next : next), next}};
    }
  };
  constexpr Loaded load() const {
    return {counters->learning_rate * static_cast<T>(factor), static_cast<T>(momentum), nesterov};
  }
};
}  // namespace detail

/// Stochastic gradient descent. Defaults are plain descent at rate 0.01.
struct SGD {
  double learning_rate = 0.01;
  double momentum = 0;
  bool nesterov = false;

  static constexpr std::size_t moments = 1;

  /// Throws ValueError for hyper-parameters outside their domains.
  void check() const {
    detail::require(momentum >= 0 && momentum < 1, "SGD", "momentum", momentum, "in [0, 1)");
    detail::require(!nesterov || momentum > 0, "SGD", "momentum", momentum, "above 0 for Nesterov's form");
  }

  template <class T>
  void advance(Counters<T>&) const {}

  template <class Direct, class T>
  void update(Direct& direct, const Counters<T>* counters, double factor, Flat<T*> w, Flat<const T*> g,
              std::array<Flat<T*>, moments> m) const {
    ops::map(direct, detail::SgdStep<T>{counters, factor, momentum, nesterov}, ops::into(w, m[0]),
             ops::from(w, g, m[0]));
  }
};

}  // namespace STRATA_NAMESPACE
