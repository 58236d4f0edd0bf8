#include <doctest/doctest.h>

#include <strata/backend/common/clip_norm.hpp>

#include <cmath>
#include <limits>

using namespace strata;

TEST_CASE("the factor brings a longer vector to the limit, leaves a shorter one, and hides no NaN") {
  CHECK(detail::scale_to_length(2.5, 25.0) == doctest::Approx(0.5).epsilon(1e-6));
  CHECK(detail::scale_to_length(5.1, 25.0) == 1);
  CHECK(detail::scale_to_length(1.0, 0.0) == 1);
  CHECK(detail::scale_to_length(1.0f, std::numeric_limits<float>::infinity()) == 0);
  CHECK(std::isnan(detail::scale_to_length(1.0, std::numeric_limits<double>::quiet_NaN())));
  CHECK(detail::Square{}(-3.0) == 9);
}
