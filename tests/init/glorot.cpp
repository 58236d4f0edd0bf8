#include <strata/init/glorot.hpp>

#include "init/support.hpp"

TEST_CASE("GlorotUniform has the bound and the variance of the paper") {
  init_tests::check_uniform<strata::GlorotUniform>(std::sqrt(6.0 / (40 + 60)));
}

TEST_CASE("GlorotNormal has the moments of a normal distribution with that variance") {
  init_tests::check_normal<strata::GlorotNormal>(std::sqrt(2.0 / (40 + 60)));
}
