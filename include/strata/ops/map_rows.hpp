#pragma once
// map_rows: map with a functor that first learns what it needs of each row, in passes over it: a mean, a largest.
//
// The functor is what is known of a row. Every row has a copy, which sees the row once a pass, learns from what came of
// it, and is an element functor in the end:
//
//   template <class T>
//   struct Centre {
//     static constexpr std::size_t passes = 1;
//     T columns, mean = T(0);
//     template <class V>
//     constexpr V term(Pass<0>, V x) const { return x; }  // or Pack<V, N>, for N sums
//     constexpr void learn(Pass<0>, Pack<T, 1> sums) { mean = sums[0] / columns; }  // once a row
//     template <class V>
//     constexpr V operator()(V x) const { return x - V(mean); }  // or Pack<V, N>, for N outputs
//   };
//
// What is not summed says so: `static constexpr Largest together(Pass<0>)`. All are one formula for float, double, a
// SIMD batch and device code. The order of a sum depends on the number of columns alone. Outputs may be inputs.

#include <strata/ops/map.hpp>

#include <limits>

namespace STRATA_NAMESPACE::ops {

/// Tag of the operation.
struct MapRows {};

/// Which pass over a row.
template <std::size_t Number>
struct Pass {};

/// The larger of two terms; a NaN among the terms may be lost.
struct Largest {
  template <class V>
  constexpr V operator()(V a, V b) const {
    return math::max(a, b);
  }
};

/// What puts the terms of a pass together, and what it makes of none.
template <std::size_t P, class F>
constexpr auto together() {
  if constexpr (requires { F::together(Pass<P>{}); }) return F::together(Pass<P>{});
  else return Sum{};
}
template <class T>
constexpr T of_no_terms(Sum) {
  return T(0);
}
template <class T>
constexpr T of_no_terms(Largest) {
  return -std::numeric_limits<T>::infinity();
}

namespace arguments {
template <class Run, class F, class T, std::size_t Outputs, std::size_t Inputs>
constexpr void map_rows(Run& run, F f, const Operands<T*, Outputs>& out, const Operands<const T*, Inputs>& in) {
  Kernel<MapRows, typename Run::backend>::run(run.stream, out.rows, out.columns, f, out.at, in.at);
}
}  // namespace arguments

/// outputs = f(inputs), row by row. All views have the same columns and rows; an input may be a Row, which is repeated.
template <class Run, class F, class Pointer, std::size_t N, class In>
constexpr void map_rows(Run& run, F f, IntoAll<Pointer, N> out, In in) {
  if constexpr (!Run::planning) arguments::map_rows(run, f, out, in);
}
/// The same for one output, which may be unwanted.
template <class Run, class F, class Out, class In>
constexpr void map_rows(Run& run, F f, Into<Out> out, In in) {
  if constexpr (!Run::planning && Wanted<Out>) {
    arguments::map_rows(run, f, arguments::operands<typename Run::element*>(out.view), in);
  }
}

}  // namespace STRATA_NAMESPACE::ops
