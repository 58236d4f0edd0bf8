#pragma once
// One row of hits: the formula of ops/hits.hpp, for any backend. Several threads may share it.

#include <strata/ops/hits.hpp>

#include <cstddef>
#include <cstdint>
#include <limits>

namespace STRATA_NAMESPACE {

/// The first highest of some columns of a row. NaN is never higher; where nothing is, that is the first column.
template <class T>
struct HighestScore {
  T score = -std::numeric_limits<T>::infinity();
  std::uint32_t column = 0;

  /// Of part `part` of row r: every parts-th column.
  static constexpr HighestScore of(const ops::HitArguments<T>& a, std::size_t r, std::uint32_t part = 0,
                                   std::uint32_t parts = 1) {
    const T* const scores = a.scores + r * a.columns;
    HighestScore highest{.column = part};
    for (std::size_t j = part; j < a.columns; j += parts) {
      if (highest.score < scores[j]) highest = {scores[j], static_cast<std::uint32_t>(j)};
    }
    return highest;
  }
  /// Once a row: 1 where it is a hit, else 0.
  constexpr void write(const ops::HitArguments<T>& a, std::size_t r) const {
    const bool masked = a.weights != nullptr && a.weights[r] == T(0);
    a.hits[r] = !masked && static_cast<std::int32_t>(column) == a.labels[r] ? T(1) : T(0);
  }
};

/// Of the columns of both.
struct HigherScore {
  template <class T>
  constexpr HighestScore<T> operator()(const HighestScore<T>& a, const HighestScore<T>& b) const {
    if (a.score == b.score) return a.column < b.column ? a : b;
    return a.score < b.score ? b : a;
  }
};

}  // namespace STRATA_NAMESPACE
