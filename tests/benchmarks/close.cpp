// What the GPU's benchmarks take for right before they time it.

#include "../../benchmarks/gpu/close.hpp"

#include <doctest/doctest.h>

#include <array>
#include <limits>
#include <vector>

TEST_CASE("the tolerance is a part of the largest expected value") {
  const std::array expected{0.0F, 1.0F, -2.0F};
  CHECK_NOTHROW(require_close("x", std::array{0.0F, 1.0F, -2.0F}, expected, 0));
  CHECK_NOTHROW(require_close("x", std::array{0.0625F, 1.0F, -2.0F}, expected, 0.0625));
  CHECK_THROWS_AS(require_close("x", std::array{0.25F, 1.0F, -2.0F}, expected, 0.0625), WrongResult);
  CHECK_THROWS_AS(require_close("x", std::array{0.0F, 1.0F, 2.0F}, expected, 0.0625), WrongResult);
}

TEST_CASE("no place may differ by what is not finite") {
  const std::array expected{0.0F, 1.0F, 2.0F};
  for (const float bad : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
    for (std::size_t i = 0; i < expected.size(); ++i) {
      std::array values = expected;
      values[i] = bad;
      CHECK_THROWS_AS(require_close("values", values, expected, 1e9), WrongResult);
      CHECK_THROWS_AS(require_close("expected", expected, values, 1e9), WrongResult);
      CHECK_THROWS_AS(require_close("both", values, values, 1e9), WrongResult);
    }
  }
}

TEST_CASE("other numbers of values are told apart before any is read") {
  const std::vector<float> two(2), three(3), none;
  CHECK_THROWS_WITH_AS(require_close("x", two, three, 1), "x: 2 values, not 3", WrongResult);
  CHECK_THROWS_WITH_AS(require_close("x", three, two, 1), "x: 3 values, not 2", WrongResult);
  CHECK_THROWS_AS(require_close("x", none, two, 1), WrongResult);
  CHECK_NOTHROW(require_close("x", none, none, 0));
}
