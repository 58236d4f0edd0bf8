#include "network/support.hpp"

#include <doctest/doctest.h>

#include <limits>

using namespace network_tests;

namespace {
using Labelled = BatchSource<Features<4>, Features<3>, CrossEntropy, Cpu<float>>;
using Valued = BatchSource<Features<4>, Features<3>, MeanSquaredError, Cpu<float>>;
using Stepped = BatchSource<Sequence<4>, Sequence<3>, CrossEntropy, Cpu<float>>;

const auto inputs = numbers<float, 2>({5, 4});
const xt::xtensor<std::int32_t, 1> classes{0, 1, 2, 1, 0};

/// Samples [first, last) of the order.
auto gathered(auto& source, std::uint64_t first, std::size_t last) {
  return source.gather({}, first, &first, 0, last - first, source.steps());
}
}  // namespace

TEST_CASE("samples are gathered in the order of the epoch, with their targets and weights") {
  const std::vector<double> weights{1, 2, 3, 4, 5};
  Labelled source(inputs, classes, weights, "test");
  source.order(4, true, philox_key(3), 1, 2);
  std::vector<std::size_t> order(4);
  shuffle_order(order, philox_key(3), 1, 2);
  const auto batch = gathered(source, 1, 5);
  CHECK(batch.extents == Extents{4, 1});
  for (std::size_t i = 0; i < 4; ++i) {
    const std::size_t sample = i < 3 ? order[i + 1] : 4;
    CHECK(batch.inputs[4 * i] == inputs(sample, 0));
    CHECK(batch.inputs[4 * i + 3] == inputs(sample, 3));
    CHECK(batch.targets.values[i] == classes(sample));
    CHECK(batch.targets.weights[i] == static_cast<float>(weights[sample]));
  }
  CHECK(order[0] != 0);
  CHECK(source.weight_of(0, 1) == weights[order[0]]);
  CHECK(source.weight_of(4, 5) == 5);
  CHECK(source.weight_of(0, 5) == 15);
  CHECK(source.rows_that_count(0, 5) == 5);
}

TEST_CASE("without weights every sample weighs 1, and every step of it") {
  const Stepped source(numbers<float, 3>({2, 7, 4}), xt::xtensor<std::int32_t, 2>(std::array<std::size_t, 2>{2, 7}, 1),
                       {}, "test");
  CHECK(source.weight_of(0, 2) == 14);
  CHECK(source.rows_that_count(0, 2) == 14);
  CHECK(source.rows_per_sample() == 7);
}

TEST_CASE("weights may belong to steps, and come with their samples") {
  std::vector<double> weights(14, 1);
  weights[3] = 0;
  weights[9] = 5;
  const auto x = numbers<float, 3>({2, 7, 4});
  Stepped source(x, xt::xtensor<std::int32_t, 2>(std::array<std::size_t, 2>{2, 7}, 1), weights, "test");
  CHECK(source.weight_of(0, 1) == 6);
  CHECK(source.weight_of(0, 2) == 17);
  CHECK(source.rows_that_count(0, 2) == 13);
  const auto batch = gathered(source, 1, 2);
  CHECK(batch.targets.weights_per_step);
  CHECK(batch.targets.weight(2, 1, 7) == 5);
  CHECK(batch.targets.weight(3, 1, 7) == 1);
}

TEST_CASE("weights of samples hold for each of their steps") {
  const std::vector<double> weights{0, 3};
  const auto x = numbers<float, 3>({2, 7, 4});
  Stepped source(x, xt::xtensor<std::int32_t, 2>(std::array<std::size_t, 2>{2, 7}, 1), weights, "test");
  CHECK(source.weight_of(0, 2) == 21);
  CHECK(source.rows_that_count(0, 2) == 7);
  const auto batch = gathered(source, 0, 2);
  for (std::size_t row = 0; row < 14; ++row) CHECK(batch.targets.weight(row, 2, 7) == (row % 2 == 0 ? 0 : 3));
}

TEST_CASE("whether inputs are finite is asked of some samples, in their order") {
  auto x = numbers<float, 2>({5, 4});
  x(3, 3) = std::numeric_limits<float>::infinity();
  Labelled source(x, classes, {}, "test");
  CHECK(source.finite_inputs(0, 3));
  CHECK_FALSE(source.finite_inputs(2, 4));
  CHECK(source.finite_inputs(4, 5));
  source.order(5, true, philox_key(3), 1, 2);
  std::vector<std::size_t> order(5);
  shuffle_order(order, philox_key(3), 1, 2);
  REQUIRE(order[3] != 3);
  for (std::size_t i = 0; i < 5; ++i) CHECK(source.finite_inputs(i, i + 1) == (order[i] != 3));
}

TEST_CASE("arrays that do not fit are refused with numbers") {
  const xt::xtensor<std::int32_t, 1> four{0, 1, 2, 1};
  CHECK_THROWS_WITH_AS(
      Labelled(inputs, four, {}, "fit"),
      "strata: fit was given 5 inputs and targets of shape [4], but needs 1 target value(s) for each input",
      ShapeError);
  CHECK_THROWS_AS(Labelled(numbers<float, 2>({5, 3}), classes, {}, "fit"), ShapeError);
  CHECK_THROWS_WITH_AS(Labelled(numbers<float, 2>({0, 4}), xt::xtensor<std::int32_t, 1>(), {}, "fit"),
                       "strata: fit was given no samples", ShapeError);
  CHECK_THROWS_AS(Valued(inputs, numbers<float, 2>({5, 2}), {}, "fit"), ShapeError);
  CHECK_THROWS_AS(Valued(inputs, numbers<float, 2>({3, 5}), {}, "fit"), ShapeError);
  CHECK_THROWS_AS(Labelled(inputs, xt::xtensor<std::int32_t, 0>(3), {}, "fit"), ShapeError);
}

TEST_CASE("targets that are none are refused before anything is computed") {
  const xt::xtensor<std::int32_t, 1> above{0, 1, 3, 1, 0}, below{0, 1, -1, 1, 0};
  CHECK_THROWS_AS(Labelled(inputs, above, {}, "fit"), ValueError);
  CHECK_THROWS_AS(Labelled(inputs, below, {}, "fit"), ValueError);
  const xt::xtensor<std::int64_t, 1> wraps{0, 1, (std::int64_t{1} << 32) + 1, 1, 0};
  CHECK_THROWS_WITH_AS(Labelled(inputs, wraps, {}, "fit"),
                       "strata: fit was given the label 4294967297, which is no class", ValueError);
  auto values = numbers<float, 2>({5, 3});
  values(2, 1) = std::numeric_limits<float>::quiet_NaN();
  CHECK_THROWS_AS(Valued(inputs, values, {}, "fit"), ValueError);
}

TEST_CASE("weights that are none are refused") {
  const std::vector<double> few{1, 1}, negative{1, 1, -1, 1, 1},
      infinite{1, 1, 1, 1, std::numeric_limits<double>::infinity()};
  CHECK_THROWS_WITH_AS(Labelled(inputs, classes, few, "fit"),
                       "strata: fit was given 2 sample weights for 5 samples of 1 output(s)", ShapeError);
  CHECK_THROWS_AS(Labelled(inputs, classes, negative, "fit"), ValueError);
  CHECK_THROWS_AS(Labelled(inputs, classes, infinite, "fit"), ValueError);
}

TEST_CASE("labels of any integer type are taken") {
  const xt::xtensor<std::uint8_t, 1> bytes{0, 1, 2, 1, 0};
  const xt::xtensor<std::int64_t, 1> longs{0, 1, 2, 1, 0};
  Labelled a(inputs, bytes, {}, "test"), b(inputs, longs, {}, "test");
  CHECK(gathered(a, 2, 3).targets.values[0] == 2);
  CHECK(gathered(b, 2, 3).targets.values[0] == 2);
}

TEST_CASE("padding has the weight 0 and no target, and lengths come with their samples") {
  using Source = BatchSource<RaggedSequence<4>, RaggedSequence<3>, CrossEntropy, Cpu<float>>;
  auto x = numbers<float, 3>({3, 4, 4});
  const xt::xtensor<std::int32_t, 2> y{{1, 2, -1, -1}, {0, 99, -1, 7}, {2, 1, 0, 1}};
  const std::vector<std::uint32_t> lengths{2, 1, 4};
  Source source(Padded{x, lengths}, y, {}, "test");
  CHECK((source.weighted() && source.weight_of(0, 3) == 7 && source.weight_of(1, 2) == 1));
  CHECK(source.rows_that_count(0, 2) == 3);
  const auto batch = gathered(source, 1, 3);
  CHECK((batch.extents.length(0) == 1 && batch.extents.length(1) == 4));
  for (std::size_t t = 0; t < 4; ++t) {
    CHECK(batch.targets.weight(2 * t, 2, 4) == (t < 1 ? 1 : 0));
    CHECK(batch.targets.weight(2 * t + 1, 2, 4) == 1);
  }
  CHECK(std::vector(batch.targets.values, batch.targets.values + 8) ==
        std::vector<std::int32_t>{0, 0, 0, 0, 2, 1, 0, 1});
  x(1, 2, 0) = std::numeric_limits<float>::infinity();
  CHECK((source.sample(1).size() == 4 && source.finite_inputs(0, 3)));

  const std::vector<double> of_samples{2, 3, 1};
  const Source weighted(Padded{x, lengths}, y, of_samples, "test");
  CHECK(weighted.weight_of(0, 3) == 2 * 2 + 1 * 3 + 4);
  std::vector<double> of_steps(12, 1);
  of_steps[0] = 5;
  of_steps[3] = 100;
  CHECK(Source(Padded{x, lengths}, y, of_steps, "test").weight_of(0, 1) == 6);
  CHECK_THROWS_AS(Source(Padded{x, std::vector<int>{2, 2, 4}}, y, {}, "fit"), ValueError);  // 99 is no padding now
}

TEST_CASE("what ends without steps has one target and weight a sample, ragged or not") {
  BatchSource<RaggedSequence<4>, Features<3>, CrossEntropy, Cpu<float>> source(
      Padded{numbers<float, 3>({3, 4, 4}), std::vector<int>{2, 1, 4}}, xt::xtensor<std::int32_t, 1>{0, 2, 1}, {},
      "test");
  CHECK((!source.weighted() && source.weight_of(0, 3) == 3));
  CHECK(gathered(source, 1, 3).extents.length(1) == 4);
}

TEST_CASE("a batch of ragged samples has as many steps as its longest, in eighths of all") {
  using Source = BatchSource<RaggedSequence<2>, RaggedSequence<3>, CrossEntropy, Cpu<float>>;
  const auto x = numbers<float, 3>({5, 20, 2});
  xt::xtensor<std::int32_t, 2> y(std::array<std::size_t, 2>{5, 20}, 1);
  y(3, 4) = 2;
  const std::vector<std::uint32_t> lengths{20, 3, 4, 6, 19};
  Source source(Padded{x, lengths}, y, {}, "test");
  CHECK(source.steps_of(1, 2) == 3);  // an eighth of 20 steps is 3
  CHECK(source.steps_of(1, 4) == 6);
  CHECK(source.steps_of(4, 5) == 20);
  const std::uint64_t first = 2;
  const auto batch = source.gather({}, first, &first, 0, 2, 6);
  CHECK((batch.extents.steps == 6 && batch.extents.length(0) == 4 && batch.extents.length(1) == 6));
  CHECK(batch.inputs[0] == x(2, 0, 0));
  CHECK(batch.inputs[12] == x(3, 0, 0));
  CHECK(batch.inputs[23] == x(3, 5, 1));
  CHECK(batch.targets.values[6 + 4] == 2);
  CHECK(batch.targets.weight(2 * 5, 2, 6) == 0);
  CHECK(batch.targets.weight(2 * 5 + 1, 2, 6) == 1);

  source.order(5, false, philox_key(1), 0, 0, 2, 3);
  std::vector<std::size_t> seen;
  for (std::size_t i = 0; i < 5; ++i) seen.push_back(source.sample(i).size() / 2);
  CHECK(seen == std::vector<std::size_t>{3, 4, 6, 19, 20});
  std::size_t turned = 0;
  for (std::uint64_t epoch = 0; epoch < 8; ++epoch) {
    source.order(5, true, philox_key(1), 0, epoch, 2, 3);
    seen.clear();
    for (std::size_t i = 0; i < 5; ++i) seen.push_back(source.sample(i).size() / 2);
    const bool other = seen == std::vector<std::size_t>{6, 19, 3, 4, 20};
    CHECK((other || seen == std::vector<std::size_t>{3, 4, 6, 19, 20}));
    turned += other;
  }
  CHECK((turned > 0 && turned < 8));
  const Stepped equal(numbers<float, 3>({2, 20, 4}), xt::xtensor<std::int32_t, 2>(std::array<std::size_t, 2>{2, 20}, 1),
                      {}, "test");
  CHECK(equal.steps_of(0, 2) == 20);
}
