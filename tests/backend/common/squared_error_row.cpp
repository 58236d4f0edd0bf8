#include <doctest/doctest.h>

#include <strata/backend/common/squared_error_row.hpp>

#include <limits>

using namespace strata;

TEST_CASE("a row is the weighted mean of squares, and a masked one counts for nothing") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double scores[] = {1, 2, 3, nan}, targets[] = {0, 4, 1, 1}, weights[] = {3, 0}, scale = 0.5;
  double losses[] = {9, 9}, gradient[] = {9, 9, 9, 9};
  for (const std::size_t row : {0u, 1u})
    SquaredErrorRow<double>::run({2, 2, 2, scores, {targets, weights, false}, &scale, losses, gradient}, row);
  CHECK(losses[0] == 3 * (1 + 4) / 2.0);
  CHECK(losses[1] == 0);
  CHECK(gradient[0] == 3 * 0.5 * 2 * 1 / 2);
  CHECK(gradient[1] == 3 * 0.5 * 2 * -2 / 2);
  CHECK(gradient[2] == 0);
  CHECK(gradient[3] == 0);
}
