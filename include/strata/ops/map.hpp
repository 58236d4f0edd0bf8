#pragma once
// map: an element functor over any number of inputs and outputs, with rows repeated where an operand is a Row.
//
// The functor is one formula, generic over float, double, a SIMD batch and device code:
//   struct Scale { double factor; template <class V> constexpr V operator()(V x) const { … } };
// It returns V, or Pack<V, N> for N outputs. A functor with `load()` is asked once where the kernel runs; that is
// how it reads what changes from step to step (a learning rate) without being passed by value. Outputs may be inputs.

#include <strata/backend/kernel.hpp>
#include <strata/core/math.hpp>
#include <strata/ops/operand.hpp>

#include <algorithm>

namespace STRATA_NAMESPACE::ops {

/// Tag of the operation, first argument of Kernel.
struct Map {};

namespace arguments {
template <class Run, class F, class T, std::size_t Outputs, std::size_t Inputs>
constexpr void map(Run& run, F f, const Operands<T*, Outputs>& out, const Operands<const T*, Inputs>& in) {
  const std::size_t rows = std::max({out.rows, in.rows, std::size_t{1}});  // nothing but Rows: one row
  Kernel<Map, typename Run::backend>::run(run.stream, rows, std::max(out.columns, in.columns), f, out.at, in.at);
}
template <class Run, class F, class T, std::size_t Outputs>
constexpr void map(Run& run, F f, const Operands<T*, Outputs>& out, FromNothing) {
  arguments::map(run, f, out, Operands<const T*, 0>{});
}
}  // namespace arguments

/// outputs = f(inputs), element by element. All views have the same columns and rows; a Row is repeated.
template <class Run, class F, class Pointer, std::size_t N, class In>
constexpr void map(Run& run, F f, IntoAll<Pointer, N> out, In in) {
  if constexpr (!Run::planning) arguments::map(run, f, out, in);
}
/// The same for one output, which may be unwanted.
template <class Run, class F, class Out, class In>
constexpr void map(Run& run, F f, Into<Out> out, In in) {
  if constexpr (!Run::planning && Wanted<Out>) {
    arguments::map(run, f, arguments::operands<typename Run::element*>(out.view), in);
  }
}

/// Element functors that every layer may need.
struct Identity {
  template <class V>
  constexpr V operator()(V x) const {
    return x;
  }
};
struct Sum {
  template <class V>
  constexpr V operator()(V a, V b) const {
    return a + b;
  }
};
/// destination = source.
template <class Run, class Out, class In>
constexpr void copy(Run& run, Into<Out> out, In in) {
  map(run, Identity{}, out, from(in));
}

/// destination += source.
template <class Run, class Out, class In>
constexpr void add(Run& run, Accumulate<Out> out, In in) {
  if constexpr (Wanted<Out>) map(run, Sum{}, into(out.view), from(out.view, in));
}

/// destination = 0 everywhere.
struct Zero {
  template <class V>
  constexpr V operator()() const {
    return V(0);
  }
};
template <class Run, class Out>
constexpr void zero(Run& run, Into<Out> out) {
  map(run, Zero{}, out, from());
}

}  // namespace STRATA_NAMESPACE::ops
