#include <strata/core/counters.hpp>

#include <doctest/doctest.h>

#include <type_traits>

TEST_CASE("counters begin where a first step needs them") {
  const strata::Counters<double> counters;
  CHECK(counters.step == 0);
  CHECK(counters.gradient_scale == 1);
  CHECK(counters.loss_scale == 1);
  CHECK(counters.first_correction == 1);
  CHECK(counters.second_correction == 1);
}

// copied to and from the backend's memory as they lie
static_assert(std::is_trivially_copyable_v<strata::Counters<float>>);
