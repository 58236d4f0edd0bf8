#include <strata/init/glorot.hpp>

#include "init/support.hpp"

TEST_CASE("GlorotUniform has the bound and the variance of the paper") {
  init_tests::check_uniform<strata::GlorotUniform>(std::sqrt(6.0 / (40 + 60)));
}
