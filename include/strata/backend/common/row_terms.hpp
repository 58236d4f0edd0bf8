#pragma once
// How kernels of map_rows call a row functor; see ops/map_rows.hpp.

#include <strata/backend/common/apply.hpp>
#include <strata/ops/map_rows.hpp>

#include <cstddef>
#include <type_traits>

namespace STRATA_NAMESPACE::detail {

/// The term of pass P as an element functor.
template <std::size_t P, class F>
struct TermOf {
  const F& f;
  template <class... V>
  constexpr auto operator()(const V&... x) const {
    return f.term(ops::Pass<P>{}, x...);
  }
};

template <class V>
inline constexpr std::size_t count_of_values = 1;
template <class V, std::size_t N>
inline constexpr std::size_t count_of_values<Pack<V, N>> = N;

/// How many terms an element has in pass P.
template <std::size_t P, class F, class T, std::size_t Inputs>
inline constexpr std::size_t terms_in = []<std::size_t... I>(std::index_sequence<I...>) {
  return count_of_values<decltype(std::declval<const F&>().term(ops::Pass<P>{}, (static_cast<void>(I), T(0))...))>;
}(std::make_index_sequence<Inputs>{});

/// body(Pass<0>), body(Pass<1>), …: all passes of a row functor.
template <class F, class Body>
constexpr void for_each_pass(Body body) {
  [&]<std::size_t... P>(std::index_sequence<P...>) {
    (body(ops::Pass<P>{}), ...);
  }(std::make_index_sequence<F::passes>{});
}

}  // namespace STRATA_NAMESPACE::detail
