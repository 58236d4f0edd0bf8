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

TEST_CASE("a step to be taken again has its own scalars, and sums that begin anew") {
  strata::Counters<double> counters{.key = {1, 2}, .first = 3, .step = 9, .gradient_scale = 0.5, .losses = 7};
  counters.rewind({.key = {8, 8},
                   .first = 8,
                   .step = 4,
                   .learning_rate = 0.1,
                   .loss_scale = 0.25,
                   .first_correction = 3,
                   .second_correction = 2,
                   .losses = 5});
  CHECK((counters.key.a == 1 && counters.first == 3 && counters.gradient_scale == 0.5));
  CHECK((counters.step == 4 && counters.learning_rate == 0.1 && counters.loss_scale == 0.25));
  CHECK((counters.first_correction == 3 && counters.second_correction == 2));
  CHECK(counters.losses == 0);
}

// copied to and from the backend's memory as they lie
static_assert(std::is_trivially_copyable_v<strata::Counters<float>>);
