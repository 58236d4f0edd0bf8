#include <doctest/doctest.h>

#include <strata/testing/differences.hpp>

using namespace strata;

TEST_CASE("a difference is exact for polynomials of the sixth degree, and leaves the coordinate alone") {
  double x = 1.5;
  const std::vector<double> coefficients{2, -1};
  const auto outputs = [&] { return std::vector<double>{x * x * x * x * x * x, 1e6 + x * x}; };
  const double slope = 2 * 6 * 1.5 * 1.5 * 1.5 * 1.5 * 1.5 - 2 * 1.5;
  CHECK(std::abs(detail::difference(x, 0x1p-6, outputs, coefficients) / slope - 1) < 1e-9);
  CHECK(x == 1.5);
}

TEST_CASE("a right gradient beside a kink agrees with a short step, a wrong one with none") {
  double x = 0x1p-9, numerical = 0;
  const auto outputs = [&] { return std::vector<double>{x > 0 ? 3 * x : 0}; };
  CHECK(detail::disagreement(x, 3, outputs, {1}, 1e-6, numerical) < 1e-12);
  CHECK(numerical == doctest::Approx(3));
  CHECK(detail::disagreement(x, 3.001, outputs, {1}, 1e-6, numerical) > 1e-4);
}
