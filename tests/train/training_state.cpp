#include <strata/train/training_state.hpp>

#include <doctest/doctest.h>

TEST_CASE("a training begins at epoch 0, batch 0, step 0, and a copy of its state is a snapshot") {
  strata::TrainingState<float, 2> state;
  CHECK(state.moments.size() == 2);
  CHECK(state.epoch == 0);
  CHECK(state.batch == 0);
  CHECK(state.counters.step == 0);
  state.moments[1] = strata::Buffer<float>(4);
  const auto snapshot = state;
  state.moments[1].data()[2] = 5;
  state.batch = 3;
  CHECK(snapshot.moments[1].data()[2] == 0);
  CHECK(snapshot.batch == 0);
}
