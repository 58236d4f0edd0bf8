#pragma once
// One network, compiled into several units: each unit instantiates all of it for its own instruction set.

#include <strata/strata.hpp>

#include <typeinfo>
#include <vector>

namespace {
struct Scorer : strata::Sequential<strata::LSTM<24>, strata::LastStep, strata::BatchNorm,
                                   strata::Residual<strata::Linear<24>, strata::Tanh>, strata::Linear<5>> {};

/// Scores after one training step, then the initial weights; `name` gets what the linker calls the network.
std::vector<double> train_and_predict(const char*& name) {
  using namespace strata;
  constexpr std::size_t batch = 12, steps = 6, in = 7;
  Network<Scorer, Sequence<in>, Cpu<double>> net{Seed{11}};
  name = typeid(Network<Linear<1>, Features<1>, Cpu<double>>).name();
  std::vector<double> all(net.weights().begin(), net.weights().end());
  xt::xtensor<double, 3> x(std::array<std::size_t, 3>{batch, steps, in});
  for (std::size_t i = 0; i < x.size(); ++i) x.data()[i] = static_cast<double>(i * 7919 % 1009) / 504.5 - 1;
  xt::xtensor<std::int32_t, 1> y(std::array<std::size_t, 1>{batch});
  for (std::size_t i = 0; i < batch; ++i) y(i) = static_cast<std::int32_t>(i % 5);
  Trainer trainer{net, CrossEntropy{}, SGD{.learning_rate = 0.1}};
  all.push_back(trainer.step(x, y));
  const auto scores = net.predict(x);
  all.insert(all.end(), scores.begin(), scores.end());
  return all;
}
}  // namespace
