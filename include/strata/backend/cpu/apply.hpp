#pragma once
// How the CPU kernels call an element functor: on SIMD batches, remainders on a padded batch through the same code, so
// that the bits of a result do not depend on where it stands.

#include <strata/core/simd.hpp>
#include <strata/ops/operand.hpp>

#include <cstddef>
#include <utility>

namespace STRATA_NAMESPACE::detail {

/// The functor as it is to be called: what its load() returns where it has one.
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

/// Elements [at, at + count) of every input; count is below the batch size only at an end.
template <class V, class T, std::size_t N>
Pack<V, N> load_all(const Pack<const T*, N>& from, std::size_t at, std::size_t count) {
  Pack<V, N> x;
  for (std::size_t k = 0; k < N; ++k)
    x[k] = count == V::size ? lanes::load<T>(from[k] + at) : lanes::load_first<T>(from[k] + at, count);
  return x;
}

}  // namespace STRATA_NAMESPACE::detail
