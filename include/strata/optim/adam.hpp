#pragma once
// Adam (Kingma & Ba 2015) as PyTorch's torch.optim.Adam computes it:
//
//   m = β₁ m + (1 - β₁) g,  v = β₂ v + (1 - β₂) g²,  w -= rate · m / (1 - β₁ᵗ) / (sqrt(v / (1 - β₂ᵗ)) + ε)

#include <strata/optim/concept.hpp>

#include <cmath>

namespace STRATA_NAMESPACE {
namespace detail {
template <class T>
struct AdamStep {
  const Counters<T>* counters;
  double factor, beta1, beta2, epsilon;

  struct Loaded {
    T rate, beta1, rest1, beta2, rest2, epsilon, root_correction;
    template <class V>
    constexpr Pack<V, 3> operator()(V w, V g, V m, V v) const {
      const V m_next = V(beta1) * m + V(rest1) * g;
      const V v_next = V(beta2) * v + V(rest2) * (g * g);
      return {{w - V(rate) * m_next / (math::sqrt(v_next) * V(root_correction) + V(epsilon)), m_next, v_next}};
    }
  };
  constexpr Loaded load() const {
    // 1 - β before rounding: 1 - 0.999f is off by 1.3e-5 of itself
    return {.rate = counters->learning_rate * static_cast<T>(factor) * counters->first_correction,
            .beta1 = static_cast<T>(beta1),
            .rest1 = static_cast<T>(1 - beta1),
            .beta2 = static_cast<T>(beta2),
            .rest2 = static_cast<T>(1 - beta2),
            .epsilon = static_cast<T>(epsilon),
            .root_correction = math::sqrt(counters->second_correction)};
  }
};
}  // namespace detail

/// Adam with PyTorch's defaults.
struct Adam {
  double learning_rate = 1e-3;
  double beta1 = 0.9;
  double beta2 = 0.999;
  double epsilon = 1e-8;

  static constexpr std::size_t moments = 2;

  /// Throws ValueError for hyper-parameters outside their domains.
  void check() const {
    detail::require(beta1 >= 0 && beta1 < 1, "Adam", "beta1", beta1, "in [0, 1)");
    detail::require(beta2 >= 0 && beta2 < 1, "Adam", "beta2", beta2, "in [0, 1)");
    detail::require(epsilon > 0, "Adam", "epsilon", epsilon, "above 0");
  }

  /// The bias corrections of step t = step + 1.
  template <class T>
  void advance(Counters<T>& counters) const {
    const double t = static_cast<double>(counters.step) + 1;
    counters.first_correction = static_cast<T>(1 / (1 - std::pow(beta1, t)));
    counters.second_correction = static_cast<T>(1 / (1 - std::pow(beta2, t)));
  }

  template <class Direct, class T>
  void update(Direct& direct, const Counters<T>* counters, double factor, Flat<T*> w, Flat<const T*> g,
              std::array<Flat<T*>, moments> m) const {
    ops::map(direct, detail::AdamStep<T>{counters, factor, beta1, beta2, epsilon}, ops::into(w, m[0], m[1]),
             ops::from(w, g, m[0], m[1]));
  }
};

}  // namespace STRATA_NAMESPACE
