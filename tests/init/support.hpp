#pragma once
// What the tests of initialisers share.

#include <doctest/doctest.h>

#include <strata/init/uniform.hpp>

#include <algorithm>
#include <cmath>
#include <vector>

namespace init_tests {

/// Init fills a matrix [60, 40] with numbers of mean 0 that reach for ±bound and have the variance bound² / 3 of a
/// uniform distribution.
template <class Init>
void check_uniform(double bound) {
  std::vector<double> w(60 * 40);
  strata::InitialRandom random(strata::philox_key(1));
  Init::fill(random, strata::Matrix<double*, 40>{w.data(), 60}, 40, 60);
  double most = 0, sum = 0, squares = 0;
  for (const double x : w) {
    most = std::max(most, std::abs(x));
    sum += x;
    squares += x * x;
  }
  const double n = static_cast<double>(w.size());
  CHECK(most <= bound);
  CHECK(most > 0.99 * bound);
  CHECK(std::abs(sum / n) < 4 * bound / std::sqrt(3 * n));
  CHECK(squares / n == doctest::Approx(bound * bound / 3).epsilon(0.06));
}

/// Init fills a matrix [5000, 40] with 200,000 normal numbers of mean 0 and standard deviation sigma: mean, variance
/// and fourth moment within four standard errors.
template <class Init>
void check_normal(double sigma) {
  std::vector<double> w(5000 * 40);
  strata::InitialRandom random(strata::philox_key(1));
  Init::fill(random, strata::Matrix<double*, 40>{w.data(), 5000}, 40, 60);
  double sum = 0, squares = 0, fourths = 0;
  for (const double x : w) {
    const double z = x / sigma;
    sum += z;
    squares += z * z;
    fourths += z * z * z * z;
  }
  const double n = static_cast<double>(w.size());
  CHECK(std::abs(sum / n) < 4 / std::sqrt(n));
  CHECK(std::abs(squares / n - 1) < 4 * std::sqrt(2 / n));
  CHECK(std::abs(fourths / n - 3) < 4 * std::sqrt(96 / n));
}

}  // namespace init_tests
