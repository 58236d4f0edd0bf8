#include <strata/init/he.hpp>

#include "init/support.hpp"

TEST_CASE("HeUniform has the bound and the variance of the paper") {
  init_tests::check_uniform<strata::HeUniform>(std::sqrt(6.0 / 40));
}

TEST_CASE("HeNormal has the moments of a normal distribution with that variance") {
  init_tests::check_normal<strata::HeNormal>(std::sqrt(2.0 / 40));
}
