#include <doctest/doctest.h>

#include <strata/backend/common/hit_row.hpp>

#include <limits>

using namespace strata;

TEST_CASE("a row whose label is highest is a hit, unless it weighs nothing") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double scores[] = {0, 2, 1, 4, 3, nan}, weights[] = {2, 0, 1};
  const std::int32_t labels[] = {1, 1, 0};
  const ops::HitArguments<double> plain{3, 2, scores, labels, nullptr, nullptr},
      weighed{3, 2, scores, labels, weights, nullptr};
  CHECK(hit_of_row(plain, 0) == 1);
  CHECK(hit_of_row(plain, 1) == 1);
  CHECK(hit_of_row(plain, 2) == 1);  // NaN is not higher
  CHECK(hit_of_row(weighed, 0) == 1);
  CHECK(hit_of_row(weighed, 1) == 0);
}
