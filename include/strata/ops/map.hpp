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

namespace STRATA_NAMESPACE::ops {

/// Tag of the operation, first argument of Kernel.
struct Map {};

namespace arguments {
template <class View>
constexpr bool discarded = !Wanted<View>;

template <class Run, class F, class... Out, class... In>
constexpr void map_views(Run& run, F f, const std::tuple<Out...>& out, const std::tuple<In...>& in) {
  using T = typename Run::element;
  auto both = [&](auto fold) {
    return std::apply(
        [&](const auto&... o) { return std::apply([&](const auto&... i) { return fold(o..., i...); }, in); }, out);
  };
  const std::size_t columns = both([](const auto&... v) { return largest(columns_of(v)...); });
  const std::size_t rows = both([](const auto&... v) {
    const std::size_t most = largest(rows_of(v)...);
    return most == 0 ? std::size_t{1} : most;  // nothing but Rows: one row
  });
  const auto outputs = std::apply(
      [](const auto&... v) { return Pack<Operand<T>, sizeof...(v)>{{operand<T>(v)...}}; }, out);
  const auto inputs = std::apply(
      [](const auto&... v) { return Pack<Operand<const T>, sizeof...(v)>{{operand<const T>(v)...}}; }, in);
  Kernel<Map, typename Run::backend>::run(run.stream, rows, columns, f, outputs, inputs);
}
}  // namespace arguments

/// outputs = f(inputs), element by element. All views have the same columns and rows; a Row is repeated.
template <class Run, class F, class... Out, class... In>
constexpr void map(Run& run, F f, Into<Out...> out, From<In...> in) {
  if constexpr (!Run::planning && !(arguments::discarded<Out> && ...)) arguments::map_views(run, f, out.views, in.views);
}

/// Element functors that every layer may need.
struct Identity {
  template <class V>
  constexpr V operator()(V x) const { return x; }
};
struct Sum {
  template <class V>
  constexpr V operator()(V a, V b) const { return a + b; }
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
  constexpr V operator()() const { return V(0); }
};
template <class Run, class Out>
constexpr void zero(Run& run, Into<Out> out) {
  map(run, Zero{}, out, from());
}

}  // namespace STRATA_NAMESPACE::ops
