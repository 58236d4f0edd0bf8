#include <strata/train/training_state.hpp>

#include <doctest/doctest.h>

using namespace strata;

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

TEST_CASE("the mean loss of samples that weigh nothing is the penalty") {
  BatchTotal total{.losses = 6, .penalty = 0.5, .weights = 3};
  CHECK(total.mean() == 2.5);
  total = BatchTotal{.losses = 0, .penalty = 0.5, .weights = 0};
  CHECK(total.mean() == 0.5);
}

TEST_CASE("batches are counted with their weights") {
  TrainingState<float, 0> state;
  state.count({.losses = 6, .penalty = 0.5, .weights = 3});
  state.count({.losses = 1, .penalty = 0, .weights = 1});
  CHECK(state.batch == 2);
  CHECK(state.mean_loss() == (2.5 * 3 + 1) / 4);
}
