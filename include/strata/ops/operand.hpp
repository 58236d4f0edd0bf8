#pragma once
// How the arguments of an operation are written: `ops::map(run, f, into(y), from(a, b))`, and what a kernel sees of
// them: a pointer, a row stride and run-time extents. Kernels never see shapes or layers.

#include <strata/core/error.hpp>
#include <strata/tensor/view.hpp>

#include <cstddef>
#include <type_traits>

namespace STRATA_NAMESPACE {

/// What a kernel sees of a view. Stride 0 repeats one row.
template <class T>
struct Operand {
  T* data = nullptr;
  std::size_t stride = 0;
};

/// A fixed number of values passed by value to kernels and functors, on device too.
template <class T, std::size_t N>
struct Pack {
  T values[N == 0 ? 1 : N]{};
  constexpr T& operator[](std::size_t i) { return values[i]; }
  constexpr const T& operator[](std::size_t i) const { return values[i]; }
};

/// A run-time number of consecutive elements: a whole buffer of weights.
template <class Pointer>
struct Flat {
  using pointer = Pointer;
  Pointer data{};
  std::size_t size = 0;
};

namespace ops {

/// Some views without their types: what is compiled behind it is compiled once for all shapes of a network. Rows repeat
/// where an operand has fewer. In a dry run only the columns matter.
template <class Pointer, std::size_t N>
struct Operands {
  Pack<Operand<std::remove_pointer_t<Pointer>>, N> at{};
  std::size_t rows = 0, columns = 0;

  constexpr void set(std::size_t i, Pointer data, std::size_t its_stride, std::size_t its_rows,
                     std::size_t its_columns) {
    at[i] = {data, its_stride};
    rows = its_rows > rows ? its_rows : rows;
    columns = its_columns > columns ? its_columns : columns;
  }
};
template <std::size_t N>
struct Operands<Planned, N> {
  std::size_t columns = 0;

  constexpr void set(std::size_t, Planned, std::size_t, Count, std::size_t its_columns) {
    columns = its_columns > columns ? its_columns : columns;
  }
};

namespace arguments {
template <class All, class View>
constexpr void set(All& all, std::size_t i, const View& view) {
  if constexpr (requires { view.size; }) all.set(i, view.data, view.size, 1, view.size);
  else if constexpr (View::stride == 0) all.set(i, view.data, 0, {}, View::columns);
  else all.set(i, view.data, View::stride, view.rows, View::columns);
}
template <class Pointer, class... Views>
constexpr Operands<Pointer, sizeof...(Views)> operands(const Views&... views) {
  Operands<Pointer, sizeof...(Views)> all;
  std::size_t i = 0;
  (set(all, i++, views), ...);
  return all;
}
/// Pointers to elements that are only read.
template <class Pointer>
struct Constant {
  using type = Pointer;
};
template <class T>
struct Constant<T*> {
  using type = const T*;
};
}  // namespace arguments

/// One destination to be overwritten.
template <class View>
struct Into {
  View view;
};
template <class View>
constexpr Into<View> into(View view) {
  return {view};
}
/// Several.
template <class Pointer, std::size_t N>
struct IntoAll : Operands<Pointer, N> {};
template <class First, class... Views>
  requires(sizeof...(Views) > 0)
constexpr IntoAll<typename First::pointer, 1 + sizeof...(Views)> into(First first, Views... views) {
  return {arguments::operands<typename First::pointer>(first, views...)};
}

/// A destination to be added to.
template <class View>
struct Accumulate {
  View view;
};
template <class View>
constexpr Accumulate<View> accumulate(View view) {
  return {view};
}

/// Several.
template <class Pointer, std::size_t N>
struct AccumulateAll : Operands<Pointer, N> {};
template <class First, class... Views>
  requires(sizeof...(Views) > 0)
constexpr AccumulateAll<typename First::pointer, 1 + sizeof...(Views)> accumulate(First first, Views... views) {
  return {arguments::operands<typename First::pointer>(first, views...)};
}

/// Sources.
template <class Pointer, std::size_t N>
struct From : Operands<Pointer, N> {};
template <class First, class... Views>
constexpr auto from(First first, Views... views) {
  using Pointer = typename arguments::Constant<typename First::pointer>::type;
  return From<Pointer, 1 + sizeof...(Views)>{arguments::operands<Pointer>(first, views...)};
}
/// No sources: a functor of no arguments.
struct FromNothing {};
constexpr FromNothing from() { return {}; }

/// The matrix as if its rows were columns; nothing moves.
template <class View>
struct Transposed {
  View view;
};
template <class View>
constexpr Transposed<View> transposed(View view) {
  return {view};
}

}  // namespace ops
}  // namespace STRATA_NAMESPACE
