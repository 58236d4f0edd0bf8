// What BatchNorm (Ioffe & Szegedy 2015) is said to do, seven times a number: each claim measured with it and without,
// on images of Fashion-MNIST, with the same samples, epochs and batches.
//
//   1  faster, though a step costs more        5  in networks of up to thirty layers
//   2  at ten times the learning rate          6  a regularizer: few samples, many epochs
//   3  from initial weights of any scale       7  in place of dropout
//   4  with sigmoids
//
// The first five hold here, and so does the last. The sixth does not: the network learns the few samples entirely, and
// is further from them on the test set than one without.
//
// needs: /usr/share/datasets/fashion-mnist
// test: --samples 200 --epochs 1 --seeds 2 --out {out}

#include <strata/io.hpp>
#include <strata/strata.hpp>

#include "fashion_rows.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <limits>
#include <string>
#include <utility>
#include <vector>

using namespace strata;

constexpr std::size_t width = 64;
using Input = Features<784>;

/// Depth Linear layers: Depth - 1 blocks and one for the ten classes.
template <class Block, std::size_t>
using Copy = Block;
template <class Block, class Numbers>
struct DeepOf;
template <class Block, std::size_t... I>
struct DeepOf<Block, std::index_sequence<I...>> : Sequential<Copy<Block, I>..., Linear<10>> {};
template <std::size_t Depth, class Block>
using Deep = DeepOf<Block, std::make_index_sequence<Depth - 1>>;

template <class Activation, class... Then>
using Plain = Sequential<Linear<width>, Activation, Then...>;
template <class Activation, class... Then>
using Normalized = Sequential<Linear<width>, BatchNorm, Activation, Then...>;

using Data = std::pair<FashionRows, FashionRows>;

struct Options {
  std::filesystem::path data = "/usr/share/datasets/fashion-mnist", out = ".";
  std::size_t samples = 5000, epochs = 5, seeds = 3;
};

/// How a training is done.
struct Recipe {
  double rate = 0.1;
  std::size_t epochs = 5;
  double scale = 1;  ///< the initial weights are multiplied by this
  std::uint64_t seed = 1;
};

/// What came of it; accuracies after each epoch are those on the test set.
struct Outcome {
  double rate = 0, training_accuracy = 0, step_seconds = 0;
  std::vector<double> accuracies = {}, seconds = {};

  double accuracy() const { return accuracies.back(); }
  /// Epochs and seconds of training until an accuracy; NaN where it is not reached.
  std::pair<double, double> until(double wanted) const {
    const auto found = std::ranges::find_if(accuracies, [&](double a) { return a >= wanted; });
    constexpr double never = std::numeric_limits<double>::quiet_NaN();
    if (found == accuracies.end()) return {never, never};
    const auto epochs = static_cast<std::size_t>(found - accuracies.begin()) + 1;
    return {static_cast<double>(epochs), seconds[epochs - 1]};
  }
};

template <class Layers>
Outcome train(const Data& data, const Recipe& recipe) {
  constexpr std::size_t batch = 50;
  Network<Layers, Input, Cpu<float>> net{Seed{recipe.seed}};
  for (const Segment& s : segments<Weights, Layers, Input>) {
    if (s.rank < 2) continue;  // biases, gains
    for (float& w : net.weights().subspan(s.offset, s.size)) w *= static_cast<float>(recipe.scale);
  }
  Trainer trainer{net, CrossEntropy{}, SGD{.learning_rate = recipe.rate}};
  trainer.set_threads(Threads{1});  // more do not pay for layers this narrow
  trainer.set_seed(Seed{recipe.seed});
  Outcome outcome{.rate = recipe.rate};
  double seconds = 0;
  const auto note = [&](const EpochRecord& record) {
    seconds += record.seconds;
    outcome.seconds.push_back(seconds);
    outcome.accuracies.push_back(accuracy(net.predict(data.second.inputs), data.second.targets));
    return true;
  };
  try {
    trainer.fit(data.first, {.epochs = recipe.epochs, .batch_size = batch, .on_epoch = note});
  } catch (const NotFiniteError&) {  // chance is one in ten
    outcome.accuracies.push_back(0.1);
    outcome.seconds.push_back(seconds);
  }
  const std::size_t steps = outcome.accuracies.size() * ((data.first.size() - 1) / batch + 1);
  outcome.step_seconds = seconds / static_cast<double>(steps);
  outcome.training_accuracy = accuracy(net.predict(data.first.inputs), data.first.targets);
  return outcome;
}

/// One training at each rate.
template <class Layers>
std::vector<Outcome> sweep(const Data& data, std::size_t epochs, const std::vector<double>& rates) {
  std::vector<Outcome> outcomes;
  for (const double rate : rates) outcomes.push_back(train<Layers>(data, {.rate = rate, .epochs = epochs}));
  return outcomes;
}

const Outcome& best(const std::vector<Outcome>& outcomes) {
  return *std::ranges::max_element(outcomes, {}, [](const Outcome& o) { return o.accuracy(); });
}

/// Accuracies without and with, by what was varied.
struct Comparison {
  std::vector<double> x = {}, plain = {}, normalized = {};

  void add(double at, const Outcome& without, const Outcome& with) {
    x.push_back(at);
    plain.push_back(without.accuracy());
    normalized.push_back(with.accuracy());
  }
  void print(const char* title) const {
    std::printf("\n%-22s", title);
    for (const double value : x) std::printf(" %6.3g", value);
    std::printf("\n%-22s", "without BatchNorm");
    for (const double value : plain) std::printf(" %6.3f", value);
    std::printf("\n%-22s", "with");
    for (const double value : normalized) std::printf(" %6.3f", value);
    std::printf("\n");
  }
  void draw(const char* title, const char* axis, const std::filesystem::path& path) const {
    io::Series without{"without BatchNorm", {}, plain}, with{"with BatchNorm", {}, normalized};
    for (const double value : x) without.x.push_back(std::log10(value));
    with.x = without.x;
    io::write_line_chart(path, title, axis, "test accuracy", std::array{without, with});
  }
};

void speed_and_rates(const Data& data, const Options& options) {
  constexpr double wanted = 0.75;
  const std::vector<double> rates{0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10};
  const auto plain = sweep<Deep<5, Plain<ReLU>>>(data, options.epochs, rates);
  const auto normalized = sweep<Deep<5, Normalized<ReLU>>>(data, options.epochs, rates);
  std::printf("1. five layers, best rate   rate  epochs to %.2f  seconds to it  ms a step  accuracy\n", wanted);
  for (const auto& [name, all] : {std::pair{"without BatchNorm", &plain}, std::pair{"with", &normalized}}) {
    const Outcome& o = best(*all);
    const auto [epochs, seconds] = o.until(wanted);
    std::printf("%-26s %5.3g %15.0f %14.3f %10.3f %9.3f\n", name, o.rate, epochs, seconds, 1e3 * o.step_seconds,
                o.accuracy());
  }
  Comparison by_rate;
  for (std::size_t i = 0; i < rates.size(); ++i) by_rate.add(rates[i], plain[i], normalized[i]);
  by_rate.print("2. learning rate");
  by_rate.draw("Learning rates", "log10 of the learning rate", options.out / "batch_norm_rates.svg");
}

void initial_scales(const Data& data, const Options& options) {
  Comparison by_scale;
  for (const double scale : {0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0}) {
    const Recipe recipe{.epochs = options.epochs, .scale = scale};
    by_scale.add(scale, train<Deep<5, Plain<ReLU>>>(data, recipe), train<Deep<5, Normalized<ReLU>>>(data, recipe));
  }
  by_scale.print("3. weights times");
  by_scale.draw("Initial scale", "log10 of the factor", options.out / "batch_norm_scales.svg");
}

template <std::size_t Depth, class Activation>
void add_depth(Comparison& comparison, const Data& data, const Options& options) {
  const std::vector<double> rates{0.03, 0.1, 0.3};
  comparison.add(Depth, best(sweep<Deep<Depth, Plain<Activation>>>(data, options.epochs, rates)),
                 best(sweep<Deep<Depth, Normalized<Activation>>>(data, options.epochs, rates)));
}

void sigmoids_and_depth(const Data& data, const Options& options) {
  Comparison sigmoids, depths;
  add_depth<5, Sigmoid>(sigmoids, data, options);
  add_depth<10, Sigmoid>(sigmoids, data, options);
  sigmoids.print("4. layers of sigmoids");
  add_depth<5, ReLU>(depths, data, options);
  add_depth<10, ReLU>(depths, data, options);
  add_depth<20, ReLU>(depths, data, options);
  add_depth<30, ReLU>(depths, data, options);
  depths.print("5. layers of ReLU");
}

/// Mean and standard error over the seeds, on a tenth of the samples, for ten times the epochs.
template <class Layers>
void overfit(const char* name, const Data& data, const Options& options) {
  const Data few{slice(data.first, 0, data.first.size() / 10), data.second};
  const auto n = static_cast<double>(options.seeds);
  double training = 0, sum = 0, squares = 0;
  for (std::uint64_t seed = 1; seed <= options.seeds; ++seed) {
    const Outcome o = train<Layers>(few, {.rate = 0.1, .epochs = 10 * options.epochs, .seed = seed});
    training += o.training_accuracy / n;
    sum += o.accuracy();
    squares += o.accuracy() * o.accuracy();
  }
  const double error = std::sqrt(std::max(0.0, squares / n - sum * sum / (n * n)) / (n - 1));
  std::printf("%-26s %8.3f %8.3f ± %.3f %9.3f\n", name, training, sum / n, error, training - sum / n);
}

void regularizers(const Data& data, const Options& options) {
  std::printf("\n6, 7. few samples          training     test            gap\n");
  overfit<Deep<5, Plain<ReLU>>>("without BatchNorm", data, options);
  overfit<Deep<5, Plain<ReLU, Dropout<0.2>>>>("Dropout", data, options);
  overfit<Deep<5, Normalized<ReLU>>>("BatchNorm", data, options);
  overfit<Deep<5, Normalized<ReLU, Dropout<0.2>>>>("BatchNorm and Dropout", data, options);
}

int main(int argc, char** argv) {
  Options options;
  CLI::App app{"Measures what BatchNorm is said to do."};
  app.add_option("--data", options.data, "folder of Fashion-MNIST")->capture_default_str();
  app.add_option("--samples", options.samples, "train on the first so many images")->capture_default_str();
  app.add_option("--epochs", options.epochs, "passes over them")->capture_default_str()->check(CLI::PositiveNumber);
  app.add_option("--seeds", options.seeds, "repetitions where few samples are learnt")
      ->capture_default_str()
      ->check(CLI::Range(2, 1000));
  app.add_option("--out", options.out, "folder for the pictures")->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  try {
    std::filesystem::create_directories(options.out);
    const Data data = read_fashion_rows(options.data, options.samples);
    speed_and_rates(data, options);
    initial_scales(data, options);
    sigmoids_and_depth(data, options);
    regularizers(data, options);
    std::printf("\nwrote batch_norm_rates.svg and batch_norm_scales.svg to %s\n", options.out.c_str());
  } catch (const Error& error) {
    std::fprintf(stderr, "batch_norm: %s\n", error.what());
    return 1;
  }
}
