#pragma once
// Uniform initialisation, and the stream of random numbers initialisers draw from.

#include <strata/core/philox.hpp>
#include <strata/tensor/tensor_list.hpp>

#include <cmath>
#include <cstddef>

namespace STRATA_NAMESPACE {

/// Numbers for initial weights: a Philox stream of its own, the same bits on every compiler and processor.
class InitialRandom {
 public:
  explicit InitialRandom(PhiloxKey key) : key_(key) {}

  /// Uniform in [0, 1), in steps of 2⁻²⁴.
  double uniform() { return static_cast<double>(word() >> 8) * 0x1p-24; }
  /// Standard normal.
  double normal() { return strata::normal<double>(word()); }

 private:
  std::uint32_t word() {
    if (index_ % 4 == 0) words_ = philox({{index_ / 4, 0, 0, 0xffffffffu}}, key_);
    return words_[index_++ % 4];
  }

  PhiloxKey key_;
  std::uint32_t index_ = 0;
  PhiloxBlock words_;
};

namespace detail {
/// Calls set(element) for every element of a Row or Matrix in order.
template <class View, class F>
void for_each_element(View view, F set) {
  std::size_t rows = 1;
  if constexpr (View::stride != 0) rows = view.rows;
  for (std::size_t i = 0; i < rows * View::columns; ++i) set(view.data[i]);
}
}  // namespace detail

/// Sets every element of a view.
template <class View>
void constant_fill(View view, double value) {
  detail::for_each_element(view, [&](auto& x) { x = static_cast<std::remove_reference_t<decltype(x)>>(value); });
}

/// Uniform in [-bound, bound).
struct Uniform {
  template <class View>
  static void fill(InitialRandom& random, View view, double bound) {
    detail::for_each_element(view, [&](auto& x) {
      x = static_cast<std::remove_reference_t<decltype(x)>>((2 * random.uniform() - 1) * bound);
    });
  }
};

}  // namespace STRATA_NAMESPACE
