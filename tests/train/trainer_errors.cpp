#include "network/support.hpp"

#include <thrown.hpp>

#include <doctest/doctest.h>

#include <limits>

using namespace network_tests;

namespace {
using Net = Network<Classifier, Sequence<4>, Engine<float>>;
using Data = Dataset<float, 3>;
}  // namespace

TEST_CASE("a loss that is not finite names epoch, batch and first layer, and leaves the network as it was") {
  Data data{numbers<float, 3>({24, 3, 4}), labels(24, 3)};
  data.inputs(17, 1, 2) = std::numeric_limits<float>::quiet_NaN();
  Net net{Seed{1}};
  Trainer trainer{net, CrossEntropy{}, Adam{}, L2<1e-3>{}};
  std::vector<float> weights, statistics;
  const auto remember = [&](const Progress&) {
    weights = copy_of_weights(net);
    statistics = copy_of_statistics(net);
    return true;
  };
  const std::string text = support::message<NotFiniteError>(
      [&] { trainer.fit(data, {.epochs = 2, .batch_size = 8, .shuffle = false, .on_batch = remember}); });
  CHECK(text ==
        "strata::Trainer: the loss is not finite (epoch 1, batch 3). The first layer whose output is not finite is "
        "'0', LSTM<5>. The inputs are not all finite.");
  CHECK(copy_of_weights(net) == weights);
  CHECK(copy_of_statistics(net) == statistics);
  CHECK(trainer.state().counters.step == 2);
  CHECK(trainer.state().batch == 2);
}

TEST_CASE("statistics are put back though pieces before the bad one had changed them") {
  Data data{numbers<float, 3>({12, 3, 4}), labels(12, 3)};
  data.inputs(11, 0, 0) = std::numeric_limits<float>::quiet_NaN();
  Net net{Seed{1}};
  const auto weights = copy_of_weights(net), statistics = copy_of_statistics(net);
  Trainer trainer{net, CrossEntropy{}, Adam{}};
  support::message<NotFiniteError>([&] { trainer.fit(data, {.batch_size = 0, .piece = 4, .shuffle = false}); });
  CHECK(copy_of_weights(net) == weights);
  CHECK(copy_of_statistics(net) == statistics);
}

TEST_CASE("in step, and where a penalty overflows, it says so") {
  Net net{Seed{1}};
  Trainer trainer{net, CrossEntropy{}, Adam{}, L2<1e-3>{}};
  net.tensor("5.weight")[0] = std::numeric_limits<float>::quiet_NaN();
  const auto x = numbers<float, 3>({4, 3, 4});
  CHECK(support::message<NotFiniteError>([&] { trainer.step(x, labels(4, 3)); }) ==
        "strata::Trainer: the loss is not finite (in step). The first layer whose output is not finite is '5', "
        "Linear<3>.");
  for (float& w : net.tensor("5.weight")) w = 0;
  net.tensor("0.weight_hh_l0")[0] = 3e38f;  // tanh and sigmoid hide it, its square is infinite
  CHECK(
      support::message<NotFiniteError>([&] { trainer.step(x, labels(4, 3)); }) ==
      "strata::Trainer: the loss is not finite (in step). Every layer's output is finite: the loss itself or a penalty "
      "overflowed.");
}

TEST_CASE("a step that went wrong is computed again with the masks it had") {
  const xt::xtensor<float, 2> x(std::array<std::size_t, 2>{1, 1}, 3e38f);  // twice that, where it is kept, is infinite
  const xt::xtensor<float, 2> y(std::array<std::size_t, 2>{1, 1}, 0.0f);
  for (std::uint64_t seed = 0; seed < 8; ++seed) {
    Network<Sequential<Dropout<0.5>, Linear<1>>, Features<1>, Engine<float>> net;
    Trainer trainer{net, MeanSquaredError{}, SGD{.learning_rate = 0}};
    trainer.set_seed(Seed{seed});
    CHECK(support::message<NotFiniteError>([&] {
            for (int i = 0; i < 64; ++i) trainer.step(x, y);
          }) ==
          "strata::Trainer: the loss is not finite (in step). The first layer whose output is not finite is '0', "
          "Dropout<0.5>.");
  }
}

TEST_CASE("a gradient that is not finite is refused too, though the loss hides it") {
  auto x = numbers<float, 3>({4, 3, 4});
  x(2, 1, 0) = std::numeric_limits<float>::infinity();  // saturates gates, whose outputs stay finite
  Net net{Seed{1}};
  const auto weights = copy_of_weights(net), statistics = copy_of_statistics(net);
  Trainer trainer{net, CrossEntropy{}, Adam{}, ClipNorm<1.0>{}};
  CHECK(support::message<NotFiniteError>([&] { trainer.step(x, labels(4, 3)); }) ==
        "strata::Trainer: the loss is finite, its gradient is not (in step). The first tensor is '0.weight_ih_l0'.");
  CHECK(copy_of_weights(net) == weights);
  CHECK(copy_of_statistics(net) == statistics);
}

TEST_CASE("after a refused batch training goes on as if it had not been") {
  const auto x = numbers<float, 3>({6, 3, 4});
  auto bad = x;
  bad(2, 2, 1) = std::numeric_limits<float>::quiet_NaN();
  Net a{Seed{1}}, b{Seed{1}};
  Trainer with{a, CrossEntropy{}, Adam{}}, without{b, CrossEntropy{}, Adam{}};
  with.step(x, labels(6, 3));
  support::message<NotFiniteError>([&] { with.step(bad, labels(6, 3)); });
  with.step(x, labels(6, 3));
  without.step(x, labels(6, 3));
  without.step(x, labels(6, 3));
  CHECK(copy_of_weights(a) == copy_of_weights(b));
  CHECK(copy_of_statistics(a) == copy_of_statistics(b));
}

TEST_CASE("bad labels change nothing") {
  Net net{Seed{1}};
  const auto weights = copy_of_weights(net), statistics = copy_of_statistics(net);
  Trainer trainer{net, CrossEntropy{}, Adam{}};
  auto y = labels(12, 3);
  y(11) = 3;
  CHECK_THROWS_AS(trainer.step(numbers<float, 3>({12, 3, 4}), y), ValueError);
  CHECK_THROWS_AS(trainer.fit(Data{numbers<float, 3>({12, 3, 4}), y}, {.batch_size = 4, .shuffle = false}), ValueError);
  CHECK_THROWS_AS(trainer.step(numbers<float, 3>({12, 3, 5}), labels(12, 3)), ShapeError);
  CHECK(copy_of_weights(net) == weights);
  CHECK(copy_of_statistics(net) == statistics);
  CHECK(trainer.state().counters.step == 0);
}

TEST_CASE("a learning rate that is no rate is refused before it destroys the weights") {
  Net net{Seed{1}};
  const auto weights = copy_of_weights(net);
  const Data data{numbers<float, 3>({12, 3, 4}), labels(12, 3)};
  Trainer trainer{net, CrossEntropy{}, Adam{.learning_rate = std::numeric_limits<double>::quiet_NaN()}};
  CHECK_THROWS_AS(trainer.step(data.inputs, data.targets), ValueError);
  CHECK_THROWS_AS(trainer.fit(data), ValueError);
  const auto falls_below = [](double, std::size_t, std::size_t) { return -0.5; };
  CHECK_THROWS_WITH_AS(trainer.fit(data, {.schedule = falls_below}),
                       "strata::Trainer: the learning rate is -0.500000, but must be finite and at least 0",
                       ValueError);
  Trainer large{net, CrossEntropy{}, SGD{.learning_rate = 1e39}};  // a double, but no float
  CHECK_THROWS_AS(large.step(data.inputs, data.targets), ValueError);
  CHECK(copy_of_weights(net) == weights);
}

TEST_CASE("sequences with more steps than masks have numbers for are refused") {
  Network<Sequential<LastStep, Dropout<0.5>, Linear<2>>, Sequence<1>, Engine<float>> net;
  Trainer trainer{net, CrossEntropy{}, SGD{}};
  const xt::xtensor<float, 3> x(std::array<std::size_t, 3>{1, (1u << 20) + 1, 1}, 1.0f);
  const char* said =
      "strata: Trainer::step was given sequences of 1048577 steps, but masks are numbered for 1048576 at "
      "most: cut them";
  CHECK_THROWS_WITH_AS(trainer.step(x, xt::xtensor<std::int32_t, 1>{0}), said, ValueError);
  CHECK_THROWS_AS(net.predict_samples(x, 1, Seed{}), ValueError);
  CHECK(net.predict(x).shape(0) == 1);
}

TEST_CASE("an epoch whose samples all have weight 0 has the loss 0") {
  Net net{Seed{1}};
  const Data data{numbers<float, 3>({12, 3, 4}), labels(12, 3)};
  const std::vector<double> nothing(12, 0.0);
  Trainer trainer{net, CrossEntropy{}, Adam{}};
  const History history = trainer.fit(data, {.batch_size = 4, .sample_weights = nothing});
  CHECK(history.epochs.at(0).loss == 0);
}
