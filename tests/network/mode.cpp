#include <strata/network/mode.hpp>

#include <doctest/doctest.h>

using namespace strata;

TEST_CASE("modes say what a run keeps and draws") {
  CHECK(Training::training);
  CHECK(Training::taped);
  CHECK(Training::stochastic);
  CHECK_FALSE(Training::state_gradients);
  CHECK(TrainingFromState::state_gradients);
  CHECK_FALSE(Inference::taped);
  CHECK_FALSE(Inference::stochastic);
  CHECK(Sampling::stochastic);
  CHECK_FALSE(Sampling::training);
  CHECK(Observed::taped);
  CHECK_FALSE(Observed::stochastic);
  CHECK(SingleSteps<>::streaming);
  CHECK_FALSE(SingleSteps<>::taped);
  CHECK_FALSE(SingleSteps<>::stochastic);
  CHECK_FALSE(Inference::streaming);
  CHECK(std::is_same_v<SingleSteps<BFloat16>::turned, BFloat16>);
  CHECK(std::is_void_v<Inference::turned>);
}
