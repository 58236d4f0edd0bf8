#pragma once
// What a loss compares with: targets, and a weight for each sample or each step of each sample (0 masks it).

#include <strata/shape/count.hpp>

#include <cstddef>

namespace STRATA_NAMESPACE {

/// Targets of one batch in the order users have: [batch, steps, width] or [batch, width].
template <class Target, class T>
struct Targets {
  const Target* values = nullptr;
  const T* weights = nullptr;     ///< nullptr: all 1
  bool weights_per_step = false;  ///< [batch, steps] instead of [batch]

  /// Where the target of a time-major row stands.
  static constexpr std::size_t index(std::size_t row, std::size_t batch, std::size_t steps) {
    return row % batch * steps + row / batch;
  }
  constexpr T weight(std::size_t row, std::size_t batch, std::size_t steps) const {
    if (weights == nullptr) return T(1);
    return weights_per_step ? weights[index(row, batch, steps)] : weights[row % batch];
  }
};

}  // namespace STRATA_NAMESPACE
