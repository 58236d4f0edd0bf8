#pragma once
// What a network's weights and statistics begin as: drawn layer after layer, as written, from one stream.

#include <strata/init/uniform.hpp>
#include <strata/layers/concept.hpp>

namespace STRATA_NAMESPACE::detail {

/// Draws for a layer and all inside it, and moves both pointers behind them.
template <class L, class In, class T>
struct Initializer {
  static void run(InitialRandom& random, T*& weights, T*& statistics) {
    Tensors<T*, declared<Weights, L, In>> w{weights, {}};
    Tensors<T*, declared<Statistics, L, In>> s{statistics, {}};
    if constexpr (declared<Weights, L, In>::elements > 0) L::template initialize<In>(random, w);
    if constexpr (requires { L::template initialize_statistics<In>(s); }) L::template initialize_statistics<In>(s);
    weights += storage<Weights, L, In>.fixed;
    statistics += storage<Statistics, L, In>.fixed;
  }
};
template <class Steps, class T>
struct InitializeAll;
template <class... In, class... L, class T>
struct InitializeAll<List<Step<In, L>...>, T> {
  static void run(InitialRandom& random, T*& weights, T*& statistics) {
    (Initializer<L, In, T>::run(random, weights, statistics), ...);
  }
};
template <class L, class In, class T>
  requires Container<L, In>
struct Initializer<L, In, T> : InitializeAll<typename L::template inside<In>, T> {};

}  // namespace STRATA_NAMESPACE::detail
