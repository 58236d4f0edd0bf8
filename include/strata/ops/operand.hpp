#pragma once
// How the arguments of an operation are written: `ops::map(run, f, into(y), from(a, b))`, and what a kernel sees of
// them: a pointer, a row stride and run-time extents. Kernels never see shapes or layers.

#include <strata/core/error.hpp>
#include <strata/tensor/view.hpp>

#include <cstddef>
#include <tuple>
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

/// Destinations to be overwritten.
template <class... Views>
struct Into {
  std::tuple<Views...> views;
};
template <class... Views>
constexpr Into<Views...> into(Views... views) {
  return {{views...}};
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

/// Sources.
template <class... Views>
struct From {
  std::tuple<Views...> views;
};
template <class... Views>
constexpr From<Views...> from(Views... views) {
  return {{views...}};
}

/// The matrix as if its rows were columns; nothing moves.
template <class View>
struct Transposed {
  View view;
};
template <class View>
constexpr Transposed<View> transposed(View view) {
  return {view};
}

namespace arguments {
template <class View>
constexpr std::size_t columns_of(const View& view) {
  if constexpr (requires { view.size; }) return view.size;
  else return View::columns;
}
/// Rows of a view; a Row fits any number and says 0.
template <class View>
constexpr std::size_t rows_of(const View& view) {
  if constexpr (requires { view.size; }) return 1;
  else if constexpr (View::stride == 0) return 0;
  else return view.rows;
}
template <class T, class View>
constexpr Operand<T> operand(const View& view) {
  if constexpr (requires { view.size; }) return {view.data, view.size};
  else return {view.data, View::stride};
}
inline constexpr auto largest = [](auto... n) {
  std::size_t most = 0;
  ((most = n > most ? n : most), ...);
  return most;
};
}  // namespace arguments
}  // namespace ops
}  // namespace STRATA_NAMESPACE
