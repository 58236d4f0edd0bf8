// Training on ragged sequences, here and in memory apart.

#include <strata/train/trainer.hpp>

#include <doctest/doctest.h>

#include "train/away.hpp"

#include <limits>

using namespace away_tests;

namespace {
struct Tags : Sequential<Bidirectional<GRU<5>>, LayerNorm, Linear<3>> {};
struct Classes : Sequential<LSTM<5>, Dropout<0.3>, LastStep, Linear<3>> {};
constexpr std::size_t samples = 24, steps = 9, longest = 6;

std::vector<std::uint32_t> some_lengths() {
  std::vector<std::uint32_t> lengths(samples);
  for (std::size_t i = 0; i < samples; ++i) lengths[i] = static_cast<std::uint32_t>(1 + i * 5 % longest);
  return lengths;
}
/// A label for each step; -1 in the padding, which stands in the inputs as NaN.
Dataset<double, 3, std::int32_t, 2> tagged() {
  Dataset<double, 3, std::int32_t, 2> data{numbers<double, 3>({samples, steps, 4}), {}, some_lengths()};
  data.targets.resize({samples, steps});
  const auto all = labels(samples * steps, 3);
  std::copy(all.begin(), all.end(), data.targets.begin());
  for (std::size_t i = 0; i < samples; ++i) {
    for (std::size_t t = data.lengths[i]; t < steps; ++t) {
      data.targets(i, t) = -1;
      data.inputs(i, t, 0) = std::numeric_limits<double>::quiet_NaN();
    }
  }
  return data;
}
template <class Backend>
struct Tagging {
  Network<Tags, RaggedSequence<4>, Backend> net{Seed{3}};
  Trainer<decltype(net), CrossEntropy, Adam, L2<1e-3>> trainer{net, CrossEntropy{}, Adam{.learning_rate = 1e-2}, {}};
};
}  // namespace

TEST_CASE("loss and gradient of a ragged batch are the means over all steps of the samples alone") {
  const auto data = tagged();
  Network<Tags, RaggedSequence<4>, Cpu<double>> net{Seed{3}};
  Trainer trainer{net, CrossEntropy{}, SGD{.learning_rate = 0}};
  const double loss = trainer.step(inputs_of<RaggedSequence<4>>(data, "test"), data.targets);
  Network<Tags, Sequence<4>, Cpu<double>> plain{Seed{3}};
  Trainer alone{plain, CrossEntropy{}, SGD{.learning_rate = 0}};
  double loss_sum = 0, rows = 0, right = 0;
  std::vector<double> gradient(trainer.gradients().size());
  for (std::size_t i = 0; i < samples; ++i) {
    const std::size_t length = data.lengths[i];
    xt::xtensor<double, 3> x({1, length, 4});
    xt::xtensor<std::int32_t, 2> y({1, length});
    std::copy_n(&data.inputs(i, 0, 0), x.size(), x.data());
    std::copy_n(&data.targets(i, 0), length, y.data());
    const auto weight = static_cast<double>(length);
    loss_sum += weight * alone.step(x, y);
    for (std::size_t k = 0; k < gradient.size(); ++k) gradient[k] += weight * alone.gradients()[k];
    right += weight * *alone.evaluate(Dataset<double, 3, std::int32_t, 2>{x, y}).accuracy;
    rows += weight;
  }
  CHECK(loss == doctest::Approx(loss_sum / rows).epsilon(1e-12));
  double largest = 0;
  for (std::size_t k = 0; k < gradient.size(); ++k)
    largest = std::max(largest, std::abs(gradient[k] / rows - trainer.gradients()[k]));
  CHECK(largest < 1e-13);
  const Evaluation all = trainer.evaluate(data);
  CHECK(all.loss == doctest::Approx(loss_sum / rows).epsilon(1e-12));
  CHECK(*all.accuracy == doctest::Approx(right / rows).epsilon(1e-12));
}

TEST_CASE("a fit on ragged samples learns, in pieces, and elsewhere as here" * doctest::skip(no_device())) {
  Tagging<Cpu<double>> here;
  Tagging<Away<double>> there;
  const auto data = tagged();
  const FitOptions options{.epochs = 4, .batch_size = 8, .piece = 5, .hold_out = 8};
  const History first = here.trainer.fit(data, options), second = there.trainer.fit(data, options);
  CHECK(first.epochs[3].loss < first.epochs[0].loss);
  for (std::size_t e = 0; e < 4; ++e) {
    CHECK(second.epochs[e].loss == doctest::Approx(first.epochs[e].loss).epsilon(1e-10));
    CHECK(*second.epochs[e].validation_loss == doctest::Approx(*first.epochs[e].validation_loss).epsilon(1e-10));
    CHECK(second.epochs[e].validation_accuracy == first.epochs[e].validation_accuracy);
  }
  const auto finite = numbers<double, 3>({samples, steps, 4});  // for a NaN differs from nothing
  const Padded x{finite, data.lengths};
  CHECK(largest_difference(here.net.predict(x), there.net.predict(x)) < 1e-10);
  Session session(there.net);
  CHECK(largest_difference(here.net.predict(x), there.net.predict(session, x)) < 1e-10);
  CHECK(largest_difference(here.net.predict_samples(x, 2, Seed{1}), there.net.predict_samples(x, 2, Seed{1})) < 1e-10);
}

TEST_CASE("buckets change the order of samples and the steps of batches, and nothing else" *
          doctest::skip(no_device())) {
  const auto data = tagged();
  // all samples in one batch: the order does not matter
  Tagging<Cpu<double>> plain, bucketed;
  const History one = plain.trainer.fit(data, {.epochs = 3, .batch_size = 0, .piece = 4}),
                other = bucketed.trainer.fit(data, {.epochs = 3, .batch_size = 0, .piece = 4, .bucket = 1});
  for (std::size_t e = 0; e < 3; ++e) CHECK(one.epochs[e].loss == doctest::Approx(other.epochs[e].loss).epsilon(1e-12));
  for (const bool shuffle : {true, false}) {  // unshuffled, the shortest come first
    Tagging<Cpu<double>> here;
    Tagging<Away<double>> there;
    const FitOptions options{.epochs = 4, .batch_size = 4, .shuffle = shuffle, .bucket = 6};
    const History first = here.trainer.fit(data, options), second = there.trainer.fit(data, options);
    CHECK(first.epochs[3].loss < first.epochs[0].loss);
    for (std::size_t e = 0; e < 4; ++e)
      CHECK(second.epochs[e].loss == doctest::Approx(first.epochs[e].loss).epsilon(1e-10));
  }
  CHECK_THROWS_WITH_AS(
      plain.trainer.fit(data, {.batch_size = 4, .shuffle = false, .bucket = 2, .carry_state = true}),
      "strata::Trainer::fit: carry_state needs shuffle = false, bucket = 0 and whole batches, but was given bucket = 2",
      ValueError);
}

TEST_CASE("sequences are classified by their own last steps, and distilled") {
  Dataset<double, 3> data{tagged().inputs, labels(samples, 3), some_lengths()};
  Network<Classes, RaggedSequence<4>, Cpu<double>> net{Seed{1}};
  Trainer trainer{net, CrossEntropy{}, Adam{.learning_rate = 1e-2}};
  const double before = trainer.evaluate(data).loss;
  trainer.fit(data, {.epochs = 60, .batch_size = 8});
  CHECK(trainer.evaluate(data).loss < 0.9 * before);
  Network<Sequential<GRU<4>, LastStep, Linear<3>>, RaggedSequence<4>, Cpu<double>> student{Seed{2}};
  Trainer distillation{student, Distill<2.0>::from(net), SGD{.learning_rate = 0.1}};
  const History history = distillation.fit(data, {.epochs = 5, .batch_size = 8});
  CHECK(history.epochs[4].loss < history.epochs[0].loss);
}

TEST_CASE("ids of ragged sequences touch no row of the table but their own") {
  Network<Sequential<Embedding<3>, LSTM<4>, LastStep>, RaggedTokens<9>, Cpu<double>> net{Seed{2}};
  const std::vector<double> before = copy_of_weights(net);
  Trainer trainer{net, MeanSquaredError{}, Adam{.learning_rate = 0.1}, L2<0.1>{}};
  const xt::xtensor<std::int32_t, 2> ids{{1, 6, 4}, {3, 2, 1}};
  trainer.step(Padded{ids, std::vector<int>{2, 1}}, numbers<double, 2>({2, 4}));
  for (std::size_t id = 0; id < 9; ++id) {
    const bool there = id == 1 || id == 6 || id == 3;
    CHECK((net.weights()[3 * id] != before[3 * id]) == there);
  }
}

TEST_CASE("data sets without lengths, or with some where they have no place, are refused") {
  auto data = tagged();
  Tagging<Cpu<double>> job;
  Network<Tags, Sequence<4>, Cpu<double>> plain;
  Trainer other{plain, CrossEntropy{}, Adam{}};
  CHECK_THROWS_AS(other.fit(data), ValueError);
  data.lengths.clear();
  CHECK_THROWS_WITH_AS(job.trainer.fit(data),
                       "strata: Trainer::fit was given 0 length(s) for 24 sample(s). Common mistake: ragged inputs "
                       "without their lengths",
                       ShapeError);
  data.lengths.assign(samples, 10);
  CHECK_THROWS_WITH_AS(job.trainer.evaluate(data),
                       "strata: Trainer::evaluate was given the length 10 for sample 0, but needs lengths in [1, 9]",
                       ValueError);
}
