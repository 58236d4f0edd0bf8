#pragma once
// What was seen of one training, and the training it was seen of.

#include <strata/strata.hpp>

#include <cmath>
#include <cstdio>
#include <filesystem>
#include <limits>
#include <string>
#include <utility>
#include <vector>

struct Options {
  std::filesystem::path data = "/usr/share/datasets/fashion-mnist", out = ".";
  std::size_t samples = 10000, epochs = 6;
  std::uint64_t seed = 42;
};

/// {train, test}.
template <std::size_t Rank>
using Data = std::pair<strata::Dataset<float, Rank>, strata::Dataset<float, Rank>>;

/// What was seen of one training.
struct Outcome {
  std::string name;
  std::vector<double> gradients = {};  ///< of each layer of weights in the first step, without those of normalizations
  std::string words = {};              ///< of the monitor on the first layer
  double rate = 0, ratio = 0, loss = 0, accuracy = 0;
  bool finite = true;

  const char* verdict() const {
    if (!finite) return "loss not finite";
    if (ratio < 1e-3) return "vanishes";
    return accuracy > 0.5 ? "learns" : "flows, but learns little";
  }
};

inline void print(const char* title, const std::vector<Outcome>& outcomes) {
  std::printf("\n%-38s %5s %8s %8s %8s  %-24s %s\n", title, "rate", "ratio", "loss", "accuracy", "verdict",
              "first layer");
  for (const Outcome& o : outcomes) {
    std::printf("%-38s %5.2f %8.1e %8.3g %8.3f  %-24s %s\n", o.name.c_str(), o.rate, o.ratio, o.loss, o.accuracy,
                o.verdict(), o.words.c_str());
  }
}

/// Lengths of the weight gradients in the first step.
template <class Layers, class In, class Monitor>
std::vector<double> first_gradients(const Monitor& monitor) {
  std::vector<double> gradients;
  const auto names = strata::layer_names<Layers, In>();
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i].type.starts_with("Linear") || names[i].type.starts_with("SimpleRNN"))
      gradients.push_back(monitor.at(0, i).weight_gradient);
  }
  return gradients;
}

template <class Layers, class In, std::size_t Rank, class... Policies>
Outcome train_at(double rate, const std::string& name, const Data<Rank>& data, const Options& options,
                 Policies... policies) {
  using namespace strata;
  constexpr std::size_t batch = 50;
  Network<Layers, In, Cpu<float>> net{Seed{options.seed}};
  if constexpr (requires { Layers::prepare(net); }) Layers::prepare(net);
  Trainer trainer{net, CrossEntropy{}, SGD{.learning_rate = rate}, policies...};
  trainer.set_threads(Threads{1});  // more do not pay for layers this narrow
  GradientMonitor monitor{trainer, {.keep = options.epochs * (options.samples / batch + 1)}};
  Outcome outcome{.name = name, .rate = rate};
  try {
    outcome.loss = trainer.fit(data.first, {.epochs = options.epochs, .batch_size = batch}).epochs.back().loss;
  } catch (const NotFiniteError&) {
    outcome.finite = false;
    outcome.loss = std::numeric_limits<double>::quiet_NaN();
  }
  outcome.gradients = first_gradients<Layers, In>(monitor);
  outcome.ratio = outcome.gradients.front() / outcome.gradients.back();
  if (monitor.flow(0) != Flow::sound) {
    outcome.words = monitor.flow(0) == Flow::vanishing ? "vanishing" : "exploding";
    outcome.words += " since step " + std::to_string(monitor.since(0));
  }
  outcome.accuracy = accuracy(net.predict(data.second.inputs), data.second.targets);
  return outcome;
}

/// At the best of three learning rates: that with the highest accuracy. Layers may prepare the network.
template <class Layers, class In, std::size_t Rank, class... Policies>
Outcome train(const std::string& name, const Data<Rank>& data, const Options& options, Policies... policies) {
  Outcome best;
  for (const double rate : {0.01, 0.05, 0.2}) {
    Outcome outcome = train_at<Layers, In>(rate, name, data, options, policies...);
    if (best.name.empty() || outcome.accuracy > best.accuracy) best = std::move(outcome);
  }
  return best;
}
