#pragma once
// How kernels call an element functor, on numbers and on SIMD batches alike.

#include <strata/ops/operand.hpp>

#include <cstddef>
#include <utility>

namespace STRATA_NAMESPACE::detail {

/// The functor as it is to be called: what load() returns where it has one.
template <class F>
constexpr auto loaded(const F& f) {
  if constexpr (requires { f.load(); }) return f.load();
  else return f;
}

/// f(x[0], x[1], …) as a Pack of N results, whether f returns one value or a Pack.
template <std::size_t N, class V, class F, std::size_t Inputs>
constexpr Pack<V, N> apply(const F& f, const Pack<V, Inputs>& x) {
  return [&]<std::size_t... I>(std::index_sequence<I...>) {
    if constexpr (Inputs == 0) {
      return Pack<V, N> { {f.template operator()<V>()} };
    } else {
      const auto y = f(x[I]...);
      if constexpr (requires {
                      y[0];
                      y.values;
                    })
        return y;
      else return Pack<V, N>{{y}};
    }
  }(std::make_index_sequence<Inputs>{});
}

}  // namespace STRATA_NAMESPACE::detail
