#include <doctest/doctest.h>

#include <strata/core/denormals.hpp>

#include <cmath>
#include <limits>

using namespace strata;

#if defined(__SSE__) || defined(__aarch64__)
TEST_CASE("denormal numbers are zero while it lives, and what they are afterwards") {
  volatile float least = std::numeric_limits<float>::min();
  const auto half = [&] { return least * 0.5f; };
  REQUIRE(std::fpclassify(half()) == FP_SUBNORMAL);
  {
    const FlushDenormals flush;
    CHECK(half() == 0);
    {
      const FlushDenormals again;
      CHECK(half() == 0);
    }
    CHECK(half() == 0);
  }
  CHECK(std::fpclassify(half()) == FP_SUBNORMAL);
}
#endif
