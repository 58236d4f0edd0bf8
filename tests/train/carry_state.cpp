// Truncated back-propagation through time: FitOptions::carry_state.

#include "train/away.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

using namespace away_tests;

namespace {
constexpr std::size_t streams = 4, pieces = 3, steps = 5;

/// Long sequences, and the same cut into pieces: sample p · streams + b is piece p of stream b.
struct Streams {
  xt::xtensor<double, 3> whole = numbers<double, 3>({streams, pieces* steps, 2}),
                         targets = numbers<double, 3>({streams, pieces* steps, 2}, 7),
                         cut = xt::xtensor<double, 3>::from_shape({streams * pieces, steps, 2}), cut_targets = cut;
  Streams() {
    for (std::size_t p = 0; p < pieces; ++p) {
      for (std::size_t b = 0; b < streams; ++b) {
        std::copy_n(&whole(b, p * steps, 0), steps * 2, &cut(p * streams + b, 0, 0));
        std::copy_n(&targets(b, p * steps, 0), steps * 2, &cut_targets(p * streams + b, 0, 0));
      }
    }
  }
};
struct Reader : Sequential<LSTM<5, Zoneout<0.1, 0.1>>, GRU<4>, Dropout<0.25>, Linear<2>> {};
template <class Backend>
struct Streaming {
  Network<Reader, Sequence<2>, Backend> net{Seed{3}};
  Trainer<Network<Reader, Sequence<2>, Backend>, MeanSquaredError, Adam, ClipNorm<0.5>> trainer;
  explicit Streaming(double rate) : trainer(net, {}, Adam{.learning_rate = rate}, {}) {}
};
FitOptions in_order(std::size_t epochs) {
  return {.epochs = epochs, .batch_size = streams, .shuffle = false, .carry_state = true};
}
}  // namespace

TEST_CASE("pieces whose state is carried have the loss of the whole sequences") {
  const Streams data;
  struct Plain : Sequential<LSTM<5>, GRU<4>, Linear<2>> {};
  Network<Plain, Sequence<2>, Cpu<double>> net{Seed{3}};
  Trainer trainer{net, MeanSquaredError{}, SGD{.learning_rate = 0}};
  const double whole = trainer.evaluate(Dataset{data.whole, data.targets}).loss;
  const Dataset cut{data.cut, data.cut_targets};
  const History carried = trainer.fit(cut, in_order(2));
  CHECK(carried.epochs[0].loss == doctest::Approx(whole).epsilon(1e-12));
  CHECK(carried.epochs[1].loss == carried.epochs[0].loss);  // an epoch begins with zero
  auto options = in_order(1);
  options.carry_state = false;
  CHECK(std::abs(trainer.fit(cut, options).epochs[0].loss - whole) > 1e-4 * whole);
}

TEST_CASE("a fit that carries its state is the same where steps are sent ahead, and has the same bits again") {
  const Streams data;
  const Dataset cut{data.cut, data.cut_targets};
  Streaming<Cpu<double>> here(1e-2), again(1e-2);
  Streaming<Away<double>> away(1e-2);
  const History one = here.trainer.fit(cut, in_order(6)), two = away.trainer.fit(cut, in_order(6));
  again.trainer.fit(cut, in_order(6));
  REQUIRE(one.epochs.size() == 6);
  for (std::size_t e = 0; e < 6; ++e) CHECK(two.epochs[e].loss == doctest::Approx(one.epochs[e].loss).epsilon(1e-10));
  CHECK(std::ranges::equal(here.net.weights(), again.net.weights()));
  CHECK(one.epochs.back().loss < one.epochs.front().loss);
}

TEST_CASE("a batch that went wrong leaves the carried state as it was: the fit can be resumed without it") {
  Streams data;
  const Dataset good{data.cut, data.cut_targets};
  auto bad = good;
  bad.inputs(streams + 1, 2, 0) = std::numeric_limits<double>::quiet_NaN();  // in the second batch
  Streaming<Cpu<double>> straight(1e-2), stopped(1e-2);
  straight.trainer.fit(good, in_order(2));
  CHECK_THROWS_AS(stopped.trainer.fit(bad, in_order(2)), NotFiniteError);
  stopped.trainer.resume();
  stopped.trainer.fit(good, in_order(2));
  CHECK(std::ranges::equal(straight.net.weights(), stopped.net.weights()));
}

TEST_CASE("what carries no state is refused, with numbers") {
  const Streams data;
  const Dataset cut{data.cut, data.cut_targets};
  Streaming<Cpu<double>> job(1e-2);
  const auto error = [&](const FitOptions& options) -> std::string {
    try {
      job.trainer.fit(cut, options);
    } catch (const ValueError& e) {
      return e.what();
    }
    return "";
  };
  CHECK(error({.batch_size = streams, .carry_state = true}) ==
        "strata::Trainer::fit: carry_state needs shuffle = false, bucket = 0 and whole batches, but was given shuffle "
        "= true");
  CHECK(error({.batch_size = 5, .shuffle = false, .carry_state = true}) ==
        "strata::Trainer::fit: carry_state needs shuffle = false, bucket = 0 and whole batches, but was given 12 "
        "samples in batches "
        "of 5");
  auto options = in_order(1);
  options.on_batch = [](const Progress&) { return false; };
  job.trainer.fit(cut, options);
  job.trainer.resume();
  CHECK(
      error({.batch_size = streams, .shuffle = false}) ==
      "strata::Trainer::fit: the fit to be resumed carried its recurrent state from batch to batch, but carry_state is "
      "false");
}

TEST_CASE("a network that reads from the end has no state to carry") {
  const Streams data;
  Network<Sequential<Bidirectional<LSTM<3>>, Linear<2>>, Sequence<2>, Cpu<double>> net;
  Trainer trainer{net, MeanSquaredError{}, SGD{}};
  const std::vector<double> before(net.weights().begin(), net.weights().end());
  CHECK_THROWS_WITH_AS(
      trainer.fit(Dataset{data.cut, data.cut_targets}, in_order(1)),
      "strata::Trainer::fit: carry_state was given for a network with a layer that reads sequences from their end "
      "(Bidirectional), whose state there is not that of the batch before",
      ValueError);
  CHECK(std::equal(before.begin(), before.end(), net.weights().begin()));
}

TEST_CASE("steps between a fit that was cancelled and the one that goes on leave the carried state alone") {
  const Streams data;
  const Dataset cut{data.cut, data.cut_targets};
  const auto losses = [&](bool steps_between) {
    Streaming<Cpu<double>> job(0);  // nothing is learnt: the state alone makes the loss
    auto options = in_order(1);
    options.on_batch = [](const Progress&) { return false; };
    job.trainer.fit(cut, options);
    if (steps_between) {
      CHECK_THROWS_AS(job.trainer.step(data.whole, data.cut_targets), ShapeError);
    }
    const auto carried = job.trainer.state().carried.span();
    const std::vector<double> before(carried.begin(), carried.end());
    CHECK(std::any_of(before.begin(), before.end(), [](double v) { return v != 0; }));
    if (steps_between) {
      const auto state = job.trainer.state().counters.step;
      job.trainer.step(data.whole, data.targets);
      job.trainer.state().counters.step = state;  // for the same masks
      const auto after = job.trainer.state().carried.span();
      CHECK(std::equal(before.begin(), before.end(), after.begin(), after.end()));
    }
    job.trainer.resume();
    auto wrong = in_order(1);
    wrong.batch_size = 2;
    CHECK_THROWS_AS(job.trainer.fit(cut, wrong), ValueError);  // and may be asked again
    return job.trainer.fit(cut, in_order(1)).epochs[0].loss;
  };
  CHECK(losses(true) == losses(false));
}
