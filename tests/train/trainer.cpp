#include "network/support.hpp"

#include <doctest/doctest.h>

using namespace network_tests;

namespace {
using Net = Network<Classifier, Sequence<4>, Engine<float>>;
using Data = Dataset<float, 3>;
struct Smooth : Sequential<LSTM<5>, LastStep, Dropout<0.5>, Linear<3>> {};  // no layer that couples samples

/// The class is which third of [-1, 1) a number of the last step lies in.
Data data_of(std::size_t n) {
  Data data{numbers<float, 3>({n, 4, 4}), labels(n, 3)};
  for (std::size_t i = 0; i < n; ++i) data.targets(i) = static_cast<std::int32_t>((data.inputs(i, 3, 0) + 1) * 1.5f);
  return data;
}

auto trainer_of(auto& net) {
  return Trainer{net, CrossEntropy{}, Adam{.learning_rate = 1e-2}, L2<1e-3>{}, ClipNorm<1.0>{}};
}

double mean_square(const xt::xtensor<double, 2>& a, const xt::xtensor<double, 2>& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += std::pow(a.data()[i] - b.data()[i], 2);
  return sum / static_cast<double>(a.size());
}

std::vector<float> everything(const Net& net) {
  auto all = copy_of_weights(net);
  const auto statistics = copy_of_statistics(net);
  all.insert(all.end(), statistics.begin(), statistics.end());
  return all;
}
}  // namespace

TEST_CASE("fit learns, and tells each epoch") {
  const Data data = data_of(60);
  Net net{Seed{1}};
  auto trainer = trainer_of(net);
  std::size_t told = 0, batches = 0;
  const History history = trainer.fit(data, {.epochs = 20,
                                             .batch_size = 16,
                                             .hold_out = 12,
                                             .on_batch = [&](const Progress& p) { return ++batches, p.batches == 3; },
                                             .on_epoch = [&](const EpochRecord& e) { return e.epoch == ++told; }});
  CHECK(told == 20);
  CHECK(batches == 60);
  CHECK_FALSE(history.cancelled);
  REQUIRE(history.epochs.size() == 20);
  CHECK(history.epochs[19].loss < 0.8 * history.epochs[0].loss);
  const Evaluation held = trainer.evaluate(slice(data, 48, 60));
  CHECK(*history.epochs[19].validation_loss == held.loss);
  CHECK(*history.epochs[19].validation_accuracy == *held.accuracy);
}

TEST_CASE("what is held out is not trained on") {
  Data data = data_of(40), other = data;
  for (std::size_t i = 30; i < 40; ++i) other.inputs(i, 0, 0) += 1, other.targets(i) = (other.targets(i) + 1) % 3;
  Net a{Seed{1}}, b{Seed{1}};
  trainer_of(a).fit(data, {.epochs = 2, .hold_out = 10});
  trainer_of(b).fit(other, {.epochs = 2, .hold_out = 10});
  CHECK(everything(a) == everything(b));
  CHECK_THROWS_WITH_AS(trainer_of(a).fit(data, {.hold_out = 40}),
                       "strata::Trainer::fit: hold_out is 40, but there are only 40 samples", ValueError);
}

TEST_CASE("samples held out are weighed as the others are") {
  struct Plain : Sequential<LastStep, Linear<3>> {};
  Data data = data_of(20);
  Network<Plain, Sequence<4>, Engine<float>> net{Seed{1}};
  Trainer trainer{net, CrossEntropy{}, SGD{.learning_rate = 0}};
  const auto scores = net.predict(data.inputs);
  const auto found = [&](std::size_t i) { return static_cast<std::int32_t>(detail::highest_of_row(scores, i, 3)); };
  for (std::size_t i = 14; i < 20; ++i) data.targets(i) = (found(i) + (i < 17 ? 0 : 1)) % 3;
  std::vector<double> weights(20, 1.0);
  weights[14] = weights[17] = 0;
  weights[16] = 4;
  const auto fit = trainer.fit(data, {.hold_out = 6, .sample_weights = weights}).epochs.at(0);
  double loss = 0;
  for (const std::size_t i : {15u, 16u, 18u, 19u})
    loss += weights[i] * trainer.evaluate(slice(data, i, i + 1)).loss / 7;
  CHECK(*fit.validation_loss == doctest::Approx(loss).epsilon(1e-5));
  CHECK(*fit.validation_accuracy == 0.5);  // 15 and 16 of the four that weigh something
}

TEST_CASE("a seed fixes the run; another seed, or no shuffling, is another run") {
  const Data data = data_of(40);
  const auto run = [&](std::uint64_t seed, bool shuffle) {
    Net net{Seed{1}};
    auto trainer = trainer_of(net);
    trainer.set_seed(Seed{seed});
    trainer.fit(data, {.epochs = 2, .batch_size = 8, .shuffle = shuffle});
    return everything(net);
  };
  const auto first = run(5, true);
  CHECK(first == run(5, true));
  CHECK(first != run(6, true));
  CHECK(first != run(5, false));
}

TEST_CASE("a fit cancelled after any batch and continued equals one that was not, bit for bit") {
  const Data data = data_of(40);
  const FitOptions options{.epochs = 3, .batch_size = 16, .hold_out = 4, .schedule = OneCycle{.peak = 2e-2}};
  Net straight{Seed{1}};
  const History whole = trainer_of(straight).fit(data, options);
  for (const std::size_t stop : {1u, 3u, 4u, 8u}) {
    CAPTURE(stop);
    Net net{Seed{1}};
    auto trainer = trainer_of(net);
    FitOptions interrupted = options;
    std::size_t batches = 0;
    interrupted.on_batch = [&](const Progress&) { return ++batches != stop; };
    CHECK(trainer.fit(data, interrupted).cancelled);
    trainer.resume();
    const History rest = trainer.fit(data, options);
    CHECK(everything(net) == everything(straight));
    REQUIRE(rest.epochs.size() >= 1);
    CHECK(rest.epochs.back().loss == whole.epochs.back().loss);
  }
}

TEST_CASE("a fit cancelled after an epoch goes on with the next") {
  const Data data = data_of(20);
  Net straight{Seed{1}}, net{Seed{1}};
  trainer_of(straight).fit(data, {.epochs = 3});
  auto trainer = trainer_of(net);
  CHECK(trainer.fit(data, {.epochs = 3, .on_epoch = [](const EpochRecord&) { return false; }}).cancelled);
  CHECK(trainer.state().epoch == 1);
  trainer.resume();
  CHECK(trainer.fit(data, {.epochs = 3}).epochs.size() == 2);
  CHECK(everything(net) == everything(straight));
}

TEST_CASE("a fit begins anew unless it is told to go on, which needs the same batches of as many samples") {
  const Data data = data_of(20);
  Net net;
  auto trainer = trainer_of(net);
  const FitOptions options{.epochs = 3, .batch_size = 2};
  const auto stop_in_the_second_epoch = [&] {
    std::size_t batches = 0;
    FitOptions stopping = options;
    stopping.on_batch = [&](const Progress&) { return ++batches < 18; };
    CHECK(trainer.fit(data, stopping).cancelled);
    CHECK(trainer.state().epoch == 1);
    CHECK(trainer.state().batch == 8);
  };
  const auto steps_of = [&](const Data& next, const FitOptions& how) {
    const std::size_t before = trainer.state().counters.step;
    trainer.fit(next, how);
    return trainer.state().counters.step - before;
  };
  stop_in_the_second_epoch();
  CHECK(steps_of(data, options) == 30);
  stop_in_the_second_epoch();
  trainer.resume();
  CHECK(steps_of(data, options) == 12);
  CHECK(steps_of(data, options) == 30);
  stop_in_the_second_epoch();
  trainer.resume();
  CHECK(steps_of(data, {.epochs = 3, .batch_size = 2, .on_batch = [](const Progress&) { return false; }}) == 1);
  CHECK(steps_of(data, options) == 30);  // told once, it goes on once
  stop_in_the_second_epoch();
  trainer.resume();
  CHECK_THROWS_WITH_AS(
      trainer.fit(data, {.epochs = 3, .batch_size = 10}),
      "strata::Trainer::fit: the fit to be resumed had 20 samples in batches of 2, but was given 20 in "
      "batches of 10",
      ValueError);
  trainer.resume();
  CHECK_THROWS_AS(trainer.fit(data_of(18), options), ValueError);
  trainer.resume();
  CHECK(steps_of(data, options) == 12);  // the refusals changed nothing
  trainer.resume();
  CHECK(steps_of(data_of(18), options) == 27);  // nothing was under way
}

TEST_CASE("fits are counted, cancelled ones too, for each shuffles anew") {
  const Data data = data_of(20);
  Net net;
  auto trainer = trainer_of(net);
  CHECK(trainer.state().fit == 0);
  trainer.fit(data, {.batch_size = 10, .on_batch = [&](const Progress&) { return trainer.state().fit != 0; }});
  CHECK(trainer.state().fit == 0);
  trainer.fit(data);
  CHECK(trainer.state().fit == 2);
  trainer.fit(data);
  CHECK(trainer.state().fit == 3);
}

TEST_CASE("the loss of an epoch is the mean over its samples, whatever the sizes and weights of its batches") {
  struct Plain : Sequential<LastStep, Linear<3>> {};
  const Data data = data_of(20);
  Network<Plain, Sequence<4>, Engine<float>> net{Seed{1}};
  Trainer trainer{net, CrossEntropy{}, SGD{.learning_rate = 0}};
  const double mean = trainer.evaluate(data).loss;
  CHECK(mean > 0.5);
  for (const std::size_t batch : {1u, 8u, 20u})
    CHECK(trainer.fit(data, {.batch_size = batch}).epochs.at(0).loss == doctest::Approx(mean).epsilon(1e-5));
  std::vector<double> weights(20, 0.0);
  for (std::size_t i = 0; i < 5; ++i) weights[i] = 3;
  const double first = trainer.evaluate(slice(data, 0, 5)).loss;
  CHECK(trainer.fit(data, {.batch_size = 8, .sample_weights = weights}).epochs.at(0).loss ==
        doctest::Approx(first).epsilon(1e-5));
}

TEST_CASE("batches and pieces of any size train on every sample once") {
  const Data data = data_of(20);
  constexpr auto most = std::numeric_limits<std::size_t>::max();
  const auto weights_after = [&](FitOptions options) {
    Net net{Seed{1}};
    auto trainer = trainer_of(net);
    options.shuffle = false;
    const auto history = trainer.fit(data, options);
    CHECK(history.epochs.at(0).loss > 0);
    CHECK(trainer.state().counters.step == 1);
    return copy_of_weights(net);
  };
  const auto whole = weights_after({.batch_size = 0});
  CHECK(weights_after({.batch_size = 20}) == whole);
  CHECK(weights_after({.batch_size = most, .piece = most}) == whole);
}

TEST_CASE("steps of weight 0 are masked: they change nothing") {
  const auto x = numbers<float, 3>({3, 4, 4});
  xt::xtensor<std::int32_t, 2> y(std::array<std::size_t, 2>{3, 4}, 1), other = y;
  std::vector<double> mask(12, 1);
  for (const std::size_t masked : {2u, 3u, 7u}) {
    mask[masked] = 0;
    other.data()[masked] = 0;
  }
  const auto train = [&](const auto& targets) {
    Network<Tagger, Sequence<4>, Engine<float>> net{Seed{1}};
    Trainer trainer{net, CrossEntropy{}, SGD{.learning_rate = 0.1}};
    const double loss = trainer.step(x, targets, mask);
    trainer.fit(Dataset<float, 3, std::int32_t, 2>{x, targets}, {.batch_size = 2, .sample_weights = mask});
    return std::pair(loss, copy_of_weights(net));
  };
  CHECK(train(y) == train(other));
  mask.assign(12, 1);
  CHECK(train(y) != train(other));
}

TEST_CASE("pieces of a batch add up to the gradient of the whole: the same masks, equal to rounding") {
  const Data data = data_of(37);
  const auto gradient = [&](std::size_t piece) {
    Network<Smooth, Sequence<4>, Engine<double>> net{Seed{1}};
    Trainer trainer{net, CrossEntropy{}, SGD{.learning_rate = 0.1}, L2<1e-3>{}};
    trainer.fit(data, {.batch_size = 0, .piece = piece, .shuffle = false});
    return std::vector<double>(trainer.gradients().begin(), trainer.gradients().end());
  };
  const auto whole = gradient(0);
  for (const std::size_t piece : {1u, 5u, 36u}) CHECK(largest_difference(gradient(piece), whole) < 1e-14);
  CHECK(*std::max_element(whole.begin(), whole.end()) > 1e-3);
}

TEST_CASE("a sample of weight 2 counts like two samples, one of weight 0 like none") {
  struct Plain : Sequential<Linear<5>, Tanh, Linear<3>> {};
  using Ns = Network<Plain, Features<4>, Engine<double>>;
  const auto gradient = [](const auto& x, const auto& y, std::vector<double> weights) {
    Ns net{Seed{1}};
    Trainer trainer{net, CrossEntropy{}, SGD{}};
    const double loss = trainer.step(x, y, weights);
    std::vector<double> all(trainer.gradients().begin(), trainer.gradients().end());
    all.push_back(loss);
    return all;
  };
  const auto x = numbers<double, 2>({4, 4});
  const auto y = labels(4, 3);
  xt::xtensor<double, 2> doubled(std::array<std::size_t, 2>{4, 4});
  xt::xtensor<std::int32_t, 1> doubled_y(std::array<std::size_t, 1>{4});
  const std::size_t from[] = {0, 1, 1, 2};
  for (std::size_t i = 0; i < 4; ++i) {
    for (std::size_t j = 0; j < 4; ++j) doubled(i, j) = x(from[i], j);
    doubled_y(i) = y(from[i]);
  }
  CHECK(largest_difference(gradient(x, y, {1, 2, 1, 0}), gradient(doubled, doubled_y, {})) < 1e-14);
  CHECK(largest_difference(gradient(x, y, {3, 3, 3, 3}), gradient(x, y, {})) < 1e-14);
}

TEST_CASE("a batch whose samples weigh nothing changes nothing but what regularization asks") {
  Network<Perceptron, Features<4>, Engine<float>> net{Seed{1}};
  const auto before = copy_of_weights(net);
  Trainer trainer{net, CrossEntropy{}, SGD{.learning_rate = 0.1}};
  CHECK(trainer.step(numbers<float, 2>({3, 4}), labels(3, 3), std::vector<double>{0, 0, 0}) == 0);
  CHECK(copy_of_weights(net) == before);
}

TEST_CASE("batch size 1 is one update a sample, 0 one update an epoch") {
  const Data data = data_of(10);
  Network<Smooth, Sequence<4>, Engine<float>> net{Seed{1}};
  auto trainer = trainer_of(net);
  trainer.fit(data, {.epochs = 2, .batch_size = 1});
  CHECK(trainer.state().counters.step == 20);
  trainer.fit(data, {.epochs = 3, .batch_size = 0});
  CHECK(trainer.state().counters.step == 23);
  trainer.fit(data, {.epochs = 1, .batch_size = 4});
  CHECK(trainer.state().counters.step == 26);
}

TEST_CASE("step gives the loss before the update and learns") {
  Network<Perceptron, Features<4>, Engine<double>> net{Seed{1}};
  const auto x = numbers<double, 2>({9, 4}), y = numbers<double, 2>({9, 3}, 3);
  const double expected = mean_square(net.predict(x), y);
  Trainer trainer{net, MeanSquaredError{}, SGD{.learning_rate = 0.1, .momentum = 0.9}};
  double last = trainer.step(x, y);
  CHECK(std::abs(last - expected) < 1e-12);
  for (int i = 0; i < 200; ++i) last = trainer.step(x, y);
  CHECK(last < 0.3 * expected);
}
