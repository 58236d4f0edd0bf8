#include <strata/train/dataset.hpp>

#include <doctest/doctest.h>

#include <string>

using namespace strata;

namespace {

Dataset<float, 2> counting(std::size_t samples) {
  Dataset<float, 2> dataset;
  dataset.inputs.resize({samples, 2});
  dataset.targets.resize({samples});
  for (std::size_t i = 0; i < samples; ++i) {
    dataset.inputs(i, 0) = static_cast<float>(i);
    dataset.inputs(i, 1) = static_cast<float>(i) + 0.5F;
    dataset.targets(i) = static_cast<std::int32_t>(10 * i);
  }
  return dataset;
}

}  // namespace

TEST_CASE("a slice copies its samples and their targets") {
  Dataset<float, 2> all = counting(5);
  const Dataset<float, 2> part = slice(all, 1, 4);
  all.inputs.fill(-1);
  REQUIRE(part.size() == 3);
  CHECK(part.inputs(0, 0) == 1.0F);
  CHECK(part.inputs(2, 1) == 3.5F);
  CHECK(part.targets(0) == 10);
  CHECK(part.targets(2) == 30);
}

TEST_CASE("targets of a higher rank are sliced by samples too") {
  Dataset<double, 1, float, 2> dataset;
  dataset.inputs = xt::xtensor<double, 1>{1, 2, 3};
  dataset.targets = xt::xtensor<float, 2>{{1, 2}, {3, 4}, {5, 6}};
  const auto part = slice(dataset, 2, 3);
  REQUIRE(part.targets.shape(0) == 1);
  CHECK(part.inputs(0) == 3);
  CHECK(part.targets(0, 0) == 5);
  CHECK(part.targets(0, 1) == 6);
}

TEST_CASE("an empty slice has no samples and keeps the other extents") {
  const auto none = slice(counting(3), 3, 3);
  CHECK(none.size() == 0);
  CHECK(none.inputs.shape(1) == 2);
  CHECK(slice(counting(0), 0, 0).size() == 0);
}

TEST_CASE("a slice beyond the samples is refused") {
  CHECK_THROWS_WITH_AS(slice(counting(3), 1, 4), "slice: samples [1, 4) of a dataset of 3; need first <= last <= size",
                       ShapeError);
  CHECK_THROWS_WITH_AS(slice(counting(3), 2, 1), "slice: samples [2, 1) of a dataset of 3; need first <= last <= size",
                       ShapeError);
}

TEST_CASE("inputs and targets of different length are refused") {
  Dataset<float, 2> dataset = counting(3);
  dataset.targets.resize({2});
  CHECK_THROWS_WITH_AS(dataset.size(), "Dataset: 3 inputs but 2 targets; each input needs one target", ShapeError);
}

TEST_CASE("lengths are sliced with their samples, and are one a sample") {
  Dataset<float, 2> dataset = counting(3);
  CHECK(slice(dataset, 1, 3).lengths.empty());
  dataset.lengths = {1, 2, 1};
  CHECK(slice(dataset, 1, 3).lengths == std::vector<std::uint32_t>{2, 1});
  dataset.lengths.pop_back();
  CHECK_THROWS_WITH_AS(dataset.size(), "Dataset: 3 inputs but 2 lengths; each input needs one, or none has any",
                       ShapeError);
}

TEST_CASE("a network is given lengths where its input is ragged, and refuses them elsewhere") {
  Dataset<float, 2> dataset = counting(2);
  CHECK(&inputs_of<Features<2>>(dataset, "fit") == &dataset.inputs);
  dataset.lengths = {1, 1};
  CHECK(&inputs_of<RaggedSequence<1>>(dataset, "fit").lengths == &dataset.lengths);
  CHECK_THROWS_WITH_AS(inputs_of<Features<2>>(dataset, "fit"),
                       "strata: fit was given a data set with lengths, but the network's input has none. Common "
                       "mistake: Sequence<N> in place of RaggedSequence<N>.",
                       ValueError);
}
