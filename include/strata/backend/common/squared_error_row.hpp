#pragma once
// One row of the squared error: the formula of ops/squared_error.hpp, for any backend. Several threads may share it.

#include <strata/ops/squared_error.hpp>

#include <cstdint>

namespace STRATA_NAMESPACE {

/// One row, or one of the parts into which threads divide it: each takes every `parts`-th column.
template <class T>
struct SquaredErrorRow {
  using Arguments = ops::SquaredErrorArguments<T>;

  std::size_t row = 0;
  std::size_t index = 0;  ///< of its target
  std::uint32_t part = 0, parts = 1;
  T weight = 0;  ///< of a square

  /// Part `part` of row r.
  static constexpr SquaredErrorRow of(const Arguments& a, std::size_t r, std::uint32_t part = 0,
                                      std::uint32_t parts = 1) {
    const std::size_t steps = a.rows / a.batch;
    return {r, Targets<T, T>::index(r, a.batch, steps), part, parts,
            a.targets.weight(r, a.batch, steps) / static_cast<T>(a.columns)};
  }

  /// Loss and gradient of row r, which nobody shares.
  static constexpr void run(const Arguments& a, std::size_t r) {
    const SquaredErrorRow row = of(a, r);
    row.write_loss(a, row.differentiate(a));
  }

  /// Writes the gradient of the part's columns, returns the sum of their squares.
  constexpr T differentiate(const Arguments& a) const {
    const std::size_t n = a.columns;
    const bool masked = weight == T(0);  // counts for nothing, even where its scores are not finite
    const T *const s = a.scores + row * n, *const target = a.targets.values + index * n;
    T* const gradient = a.gradient + row * n;
    const T factor = 2 * weight * *a.scale;
    T sum = 0;
    for (std::size_t j = part; j < n; j += parts) {
      const T difference = masked ? T(0) : s[j] - target[j];
      sum += difference * difference;
      gradient[j] = factor * difference;
    }
    return sum;
  }

  /// Once a row, with the sum over all parts.
  constexpr void write_loss(const Arguments& a, T sum) const { a.losses[row] = weight * sum; }
};

}  // namespace STRATA_NAMESPACE
