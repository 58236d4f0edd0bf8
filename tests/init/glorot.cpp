#include <doctest/doctest.h>

#include <strata/init/glorot.hpp>

#include <cmath>
#include <vector>

using namespace strata;

TEST_CASE("GlorotUniform has the bound and the variance of the paper") {
  std::vector<double> w(60 * 40);
  InitialRandom random(philox_key(1));
  GlorotUniform::fill(random, Matrix<double*, 40>{w.data(), 60}, 40, 60);
  const double bound = std::sqrt(6.0 / (40 + 60));
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
  CHECK(squares / n == doctest::Approx(2.0 / (40 + 60)).epsilon(0.06));
}
