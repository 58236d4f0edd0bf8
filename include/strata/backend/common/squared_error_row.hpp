#pragma once
// One row of the squared error: the formula of ops/squared_error.hpp, for any backend.

#include <strata/ops/squared_error.hpp>

namespace STRATA_NAMESPACE {

/// Loss and gradient of row r.
template <class T>
constexpr void squared_error_row(const ops::SquaredErrorArguments<T>& a, std::size_t r) {
  const std::size_t n = a.columns, steps = a.rows / a.batch;
  const T* target = a.targets.values + Targets<T, T>::index(r, a.batch, steps) * n;
  const T weight = a.targets.weight(r, a.batch, steps) / static_cast<T>(n);
  const bool masked = weight == T(0);  // counts for nothing, even where its scores are not finite
  T loss = 0;
  for (std::size_t j = 0; j < n; ++j) {
    const T difference = masked ? T(0) : a.scores[r * n + j] - target[j];
    loss += difference * difference;
    a.gradient[r * n + j] = 2 * weight * *a.scale * difference;
  }
  a.losses[r] = weight * loss;
}

}  // namespace STRATA_NAMESPACE
