#pragma once
// The check that comes before the clock.

#include <strata/core/error.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <string>

/// What was computed is not what it must be: it is not timed.
struct WrongResult : strata::Error {
  using Error::Error;
};

/// Throws WrongResult unless there are as many values as expected and |value - expected| ≤ tolerance · largest
/// |expected| everywhere. A difference that is not finite is none that is tolerated.
inline void require_close(const std::string& what, std::span<const float> values, std::span<const float> expected,
                          double tolerance) {
  if (values.size() != expected.size()) {
    throw WrongResult(what + ": " + std::to_string(values.size()) + " values, not " + std::to_string(expected.size()));
  }
  double worst = 0, largest = 0;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const double difference = std::abs(static_cast<double>(values[i]) - static_cast<double>(expected[i]));
    if (!std::isfinite(difference)) {
      throw WrongResult(what + ": " + std::to_string(values[i]) + " at " + std::to_string(i) + ", not " +
                        std::to_string(expected[i]));
    }
    worst = std::max(worst, difference);
    largest = std::max(largest, std::abs(static_cast<double>(expected[i])));
  }
  if (worst <= tolerance * largest) return;
  throw WrongResult(what + ": off by " + std::to_string(worst) + " where the largest is " + std::to_string(largest));
}
