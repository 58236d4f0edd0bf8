#pragma once
// A little training that touches every layer, to be compiled with and without STRATA_CHECKED.

#include "network/support.hpp"

namespace {
/// Weights, statistics and scores after a few steps of two networks.
std::vector<float> little_training() {
  using namespace network_tests;
  struct Card : Sequential<LSTM<12>, LastStep, BatchNorm, Residual<Linear<12>, ReLU>, Dropout<0.5>, Linear<10>> {};
  struct Steps
      : Sequential<LSTM<6>, BatchNorm, Residual<Projection, Linear<8>, ELU<>>, LeakyReLU<>, Sigmoid, Linear<10>, Tanh> {
  };
  std::vector<float> all;
  const auto x = numbers<float, 3>({10, 6, 7});
  const auto train = [&](auto net, const auto& targets) {
    Trainer trainer{net, CrossEntropy{}, Adam{.learning_rate = 1e-2}, L2<1e-3>{}, ClipNorm<0.5>{}};
    trainer.set_threads({1});
    for (int step = 0; step < 4; ++step) trainer.step(x, targets);
    const auto scores = net.predict(x);
    all.insert(all.end(), net.weights().begin(), net.weights().end());
    all.insert(all.end(), net.statistics().begin(), net.statistics().end());
    all.insert(all.end(), scores.begin(), scores.end());
  };
  train(Network<Card, Sequence<7>, Engine<float>>{Seed{8}}, labels(10, 10));
  xt::xtensor<std::int32_t, 2> each(std::array<std::size_t, 2>{10, 6});
  const auto flat = labels(60, 10);
  std::copy(flat.begin(), flat.end(), each.begin());
  train(Network<Steps, Sequence<7>, Engine<float>>{Seed{9}}, each);
  return all;
}
}  // namespace
