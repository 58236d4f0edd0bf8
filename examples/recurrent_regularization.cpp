// Which ways to regularize an LSTM help, and when? An LSTM reads Fashion-MNIST's pictures row by row, from a training
// set that is small enough to be learned by heart; then the same with each published kind of mask, at two sizes of the
// training set. Means over several seeds with their standard errors, and which are better than the plain LSTM by more
// than two standard errors of the difference.
//
// The data: Debian's dataset-fashion-mnist, or --data names a folder with the four .gz files.
//
// test: --sizes 60 90 --seeds 2 --epochs 2 --tested 200
// needs: /usr/share/datasets/fashion-mnist

#include <strata/io.hpp>
#include <strata/strata.hpp>

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

using namespace strata;

template <class... Options>
struct Model : Sequential<LSTM<96, Options...>, LastStep, Linear<10>> {};

struct Settings {
  std::filesystem::path data = "/usr/share/datasets/fashion-mnist";
  std::vector<std::size_t> sizes{500, 4000};
  std::size_t seeds = 5, epochs = 40, tested = 4000;
};

/// The first samples of a data set.
Dataset<float, 3> first(const Dataset<float, 3>& all, std::size_t count) {
  const std::size_t n = std::min(count, all.size()), rows = all.inputs.shape(1), columns = all.inputs.shape(2);
  Dataset<float, 3> some{xt::xtensor<float, 3>::from_shape({n, rows, columns}),
                         xt::xtensor<std::int32_t, 1>::from_shape({n})};
  std::copy_n(all.inputs.data(), n * rows * columns, some.inputs.data());
  std::copy_n(all.targets.data(), n, some.targets.data());
  return some;
}

/// Accuracies of several seeds.
struct Result {
  std::string name;
  std::vector<double> train, test;
};

double mean(const std::vector<double>& values) {
  double sum = 0;
  for (const double v : values) sum += v;
  return sum / static_cast<double>(values.size());
}
/// Of the mean.
double standard_error(const std::vector<double>& values) {
  const double m = mean(values);
  double squares = 0;
  for (const double v : values) squares += (v - m) * (v - m);
  const auto n = static_cast<double>(values.size());
  return n < 2 ? 0 : std::sqrt(squares / (n - 1) / n);
}

template <class... Options, class Data>
Result train(const std::string& name, const Data& train_set, const Data& test_set, const Settings& settings) {
  Result result{name, {}, {}};
  for (std::uint64_t seed = 1; seed <= settings.seeds; ++seed) {
    Network<Model<Options...>, Sequence<28>, Cpu<float>> net{Seed{seed}};
    Trainer trainer{net, CrossEntropy{}, Adam{.learning_rate = 3e-3}, ClipNorm<1.0>{}};
    trainer.set_seed(Seed{seed});
    trainer.fit(train_set, {.epochs = settings.epochs, .batch_size = 50, .schedule = OneCycle{.peak = 6e-3}});
    result.train.push_back(*trainer.evaluate(train_set).accuracy);
    result.test.push_back(*trainer.evaluate(test_set).accuracy);
  }
  return result;
}

/// All variants on one training set, and a line each.
template <class Data>
void compare(const Data& train_set, const Data& test_set, const Settings& settings) {
  std::printf("%zu samples, %zu epochs, %zu seeds\n%-34s %9s %9s %9s %17s\n", train_set.size(), settings.epochs,
              settings.seeds, "", "train", "test", "gap", "against plain");
  const Result plain = train<>("plain", train_set, test_set, settings);
  const auto say = [&](const Result& r) {
    const double difference = mean(r.test) - mean(plain.test),
                 error = std::hypot(standard_error(r.test), standard_error(plain.test));
    std::printf("%-34s %9.4f %9.4f %9.4f", r.name.c_str(), mean(r.train), mean(r.test), mean(r.train) - mean(r.test));
    if (&r == &plain) std::printf("\n");
    else
      std::printf(" %+8.4f ± %.4f%s\n", difference, error,
                  settings.seeds < 2        ? ""
                  : difference > 2 * error  ? "  better"
                  : difference < -2 * error ? "  worse"
                                            : "");
    std::fflush(stdout);
  };
  say(plain);
  say(train<OutputDropout<0.5>>("OutputDropout<0.5>", train_set, test_set, settings));
  say(train<DropConnect<0.4>>("DropConnect<0.4>", train_set, test_set, settings));
  say(train<VariationalDropout<0.2, 0.25, 0.5>>("VariationalDropout<0.2, 0.25, 0.5>", train_set, test_set, settings));
  say(train<RecurrentDropout<0.4>>("RecurrentDropout<0.4>", train_set, test_set, settings));
  say(train<Zoneout<0.3, 0.1>>("Zoneout<0.3, 0.1>", train_set, test_set, settings));
  std::printf("\n");
}

int main(int count, char** arguments) {
  Settings settings;
  CLI::App app{"An LSTM that learns its data by heart, and each published mask against it"};
  app.add_option("--data", settings.data, "folder of Fashion-MNIST's files");
  app.add_option("--sizes", settings.sizes, "training samples, one table each");
  app.add_option("--seeds", settings.seeds, "trainings of each variant")->check(CLI::PositiveNumber);
  app.add_option("--epochs", settings.epochs, "of each training")->check(CLI::PositiveNumber);
  app.add_option("--tested", settings.tested, "test samples")->check(CLI::PositiveNumber);
  CLI11_PARSE(app, count, arguments);
  try {
    const auto [train_set, test_set] = io::load_idx(settings.data);
    for (const std::size_t size : settings.sizes)
      compare(first(train_set, size), first(test_set, settings.tested), settings);
  } catch (const Error& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
  return 0;
}
