#pragma once
// One row of hits: the formula of ops/hits.hpp, for any backend.

#include <strata/ops/hits.hpp>

namespace STRATA_NAMESPACE {

/// 1 where row r is a hit, else 0.
template <class T>
constexpr T hit_of_row(const ops::HitArguments<T>& a, std::size_t r) {
  if (a.weights != nullptr && a.weights[r] == T(0)) return T(0);
  const T* scores = a.scores + r * a.columns;
  std::size_t highest = 0;
  for (std::size_t j = 1; j < a.columns; ++j) highest = scores[highest] < scores[j] ? j : highest;
  return highest == static_cast<std::size_t>(a.labels[r]) ? T(1) : T(0);
}

}  // namespace STRATA_NAMESPACE
