// Networks that do not learn, why, and what cures them, each cure alone, on images of Fashion-MNIST.
//
// Gradients vanish in thirty layers of sigmoids: each multiplies them by at most a quarter (Hochreiter 1991). They
// explode in thirty ReLU layers whose weights begin too large, and in a recurrent network whose sequence is as long
// (recurrent.cpp, with plain units beside an LSTM). And a sigmoid under a squared error learns slowly where it is most
// wrong, which a softmax under cross-entropy does not (Nielsen 2015, chapter 3). A GradientMonitor tells what happens
// in each layer; its last words on each training stand in the table.
//
// A cure cures if the first layer's weight gradient is above a thousandth of the last layer's in the first step, the
// loss stays finite, and more than half of the test images are told apart, at the best of three learning rates. Not all
// that are recommended do: He's weights, made for ReLU, do nothing for sigmoids; ReLU alone fades too, for it passes
// half of what Glorot's weights keep, and wants He's; weight decay comes too late for an explosion.
//
// needs: /usr/share/datasets/fashion-mnist
// test: --samples 200 --epochs 1 --out {out}

#include <strata/io.hpp>
#include <strata/strata.hpp>

#include "../fashion_rows.hpp"
#include "outcome.hpp"
#include "recurrent.hpp"

#include <CLI/CLI.hpp>

#include <array>
#include <cmath>
#include <cstdio>
#include <limits>
#include <string>
#include <utility>
#include <vector>

using namespace strata;

constexpr std::size_t width = 64, depth = 30;
using Input = Features<784>;

/// `depth` Linear layers: First, so many Blocks, and one for the ten classes.
template <class Block, std::size_t>
using Copy = Block;
template <class First, class Block, class Numbers>
struct DeepOf;
template <class First, class Block, std::size_t... I>
struct DeepOf<First, Block, std::index_sequence<I...>> : Sequential<First, Copy<Block, I>..., Linear<10>> {};
template <class Block, class First = Block>
using Deep = DeepOf<First, Block, std::make_index_sequence<depth - 2>>;

/// He's initialisation times a factor that is too large.
template <double Factor>
struct TooLarge {
  template <class View>
  static void fill(InitialRandom& random, View view, std::size_t fan_in, std::size_t) {
    Normal::fill(random, view, Factor * std::sqrt(2.0 / static_cast<double>(fan_in)));
  }
};

template <class Activation, class Init = GlorotUniform>
using Dense = Sequential<Linear<width, Init>, Activation>;

struct OfSigmoids : Deep<Dense<Sigmoid>> {};
struct OfReLU : Deep<Dense<ReLU>> {};
struct OfLeakyReLU : Deep<Dense<LeakyReLU<>>> {};
struct OfELU : Deep<Dense<ELU<>>> {};
struct FromHe : Deep<Dense<Sigmoid, HeNormal>> {};
struct Normalized : Deep<Sequential<Linear<width>, BatchNorm, Sigmoid>> {};
struct Shortcuts : Deep<Residual<Linear<width>, Sigmoid>, Dense<Sigmoid>> {};
struct Exploding : Deep<Dense<ReLU, TooLarge<1.3>>> {};
struct ReLUFromHe : Deep<Dense<ReLU, HeNormal>> {};

/// One hidden layer; Init is that of the layer the scores come from.
template <class Init, class... Output>
struct Shallow : Sequential<Linear<30>, Sigmoid, Linear<10, Init>, Output...> {};

std::vector<Outcome> vanishing(const Data<2>& data, const Options& options) {
  return {train<OfSigmoids, Input>("sigmoids", data, options),
          train<OfReLU, Input>("ReLU", data, options),
          train<OfLeakyReLU, Input>("LeakyReLU", data, options),
          train<OfELU, Input>("ELU", data, options),
          train<FromHe, Input>("He's weights", data, options),
          train<Normalized, Input>("BatchNorm", data, options),
          train<Shortcuts, Input>("Residual", data, options),
          train<ReLUFromHe, Input>("ReLU, He's weights", data, options)};
}

std::vector<Outcome> exploding(const Data<2>& data, const Options& options) {
  return {train<Exploding, Input>("1.3 x He's weights", data, options),
          train<Exploding, Input>("clipped by value, 0.01", data, options, ClipValue<0.01>{}),
          train<Exploding, Input>("clipped by norm, 1", data, options, ClipNorm<1.0>{}),
          train<Exploding, Input>("L1, 0.01", data, options, L1<1e-2>{}),
          train<Exploding, Input>("L2, 0.1", data, options, L2<1e-1>{}),
          train<ReLUFromHe, Input>("He's weights", data, options)};
}

/// log10 of the gradients by layer.
void draw(const std::vector<Outcome>& first, const std::vector<Outcome>& second, const std::filesystem::path& folder) {
  std::vector<io::Series> all;
  const auto add = [&](const Outcome& outcome) {
    io::Series& series = all.emplace_back();
    series.name = outcome.name;
    for (std::size_t i = 0; i < outcome.gradients.size(); ++i) {
      series.x.push_back(static_cast<double>(i + 1));
      series.y.push_back(std::log10(outcome.gradients[i]));
    }
  };
  for (const Outcome& outcome : first) add(outcome);
  add(second.front());
  std::filesystem::create_directories(folder);
  io::write_line_chart(folder / "gradient_flow.svg", "Weight gradients in the first step", "layer",
                       "log10 of the length", all);
}

/// Test accuracy after each epoch at the best of six learning rates: that with the highest after the last.
template <class Layers, class Loss, class Targets>
void learn(const char* name, Loss loss, const Data<2>& data, const Targets& targets, const Options& options) {
  std::vector<double> best;
  double best_rate = 0;
  for (const double rate : {0.03, 0.1, 0.3, 1.0, 3.0, 10.0}) {
    Network<Layers, Input, Cpu<float>> net{Seed{options.seed}};
    Trainer trainer{net, loss, SGD{.learning_rate = rate}};
    trainer.set_threads(Threads{1});
    std::vector<double> accuracies;
    trainer.fit(Dataset{data.first.inputs, targets},
                {.epochs = options.epochs, .batch_size = 10, .on_epoch = [&](const EpochRecord&) {
                   accuracies.push_back(accuracy(net.predict(data.second.inputs), data.second.targets));
                   return true;
                 }});
    if (best.empty() || accuracies.back() > best.back()) {
      best = accuracies;
      best_rate = rate;
    }
  }
  std::printf("%-42s %5.2f ", name, best_rate);
  for (const double a : best) std::printf(" %.3f", a);
  std::printf("\n");
}

void compare_losses(const Data<2>& data, const Options& options) {
  xt::xtensor<float, 2> one_hot = xt::zeros<float>({data.first.size(), std::size_t{10}});
  for (std::size_t i = 0; i < data.first.size(); ++i) one_hot(i, static_cast<std::size_t>(data.first.targets(i))) = 1;
  std::printf("\n%-42s %5s  test accuracy after each epoch\n", "one hidden layer of sigmoids", "rate");
  const auto& labels = data.first.targets;
  learn<Shallow<GlorotUniform, Sigmoid>>("sigmoid, squared error", MeanSquaredError{}, data, one_hot, options);
  learn<Shallow<GlorotUniform>>("softmax, cross-entropy", CrossEntropy{}, data, labels, options);
  learn<Shallow<TooLarge<8.0>, Sigmoid>>("the same from saturated scores: squared", MeanSquaredError{}, data, one_hot,
                                         options);
  learn<Shallow<TooLarge<8.0>>>("and cross-entropy", CrossEntropy{}, data, labels, options);
}

int main(int argc, char** argv) {
  Options options;
  CLI::App app{"Shows gradients that vanish and explode, and which cures help."};
  app.add_option("--data", options.data, "folder of Fashion-MNIST")->capture_default_str();
  app.add_option("--samples", options.samples, "train on the first so many images")->capture_default_str();
  app.add_option("--epochs", options.epochs, "passes over them")->capture_default_str()->check(CLI::PositiveNumber);
  app.add_option("--out", options.out, "folder for the picture")->capture_default_str();
  app.add_option("--seed", options.seed, "fixes the initial weights")->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  try {
    const Data<2> data = read_fashion_rows(options.data, options.samples);
    const auto first = vanishing(data, options);
    print("30 layers of sigmoids, and their cures", first);
    const auto second = exploding(data, options);
    print("30 ReLU layers, too large, and theirs", second);
    draw(first, second, options.out);
    compare_losses(data, options);
    const auto third = exploding_through_time(data, options);
    print("recurrent weights that are too large", third);
    compare_lengths(data, options);
    std::printf("\nwrote gradient_flow.svg to %s\n", options.out.c_str());
  } catch (const Error& error) {
    std::fprintf(stderr, "gradient_flow: %s\n", error.what());
    return 1;
  }
}
