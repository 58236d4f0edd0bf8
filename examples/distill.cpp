// Does a small network learn more from a large one than from labels alone (Hinton, Vinyals & Dean 2015)?
//
// A student with few units learns the 8 x 8 digits from labels, and from labels and a teacher together: as the plain
// sum of both losses at temperature 20, and with the soft loss times T² = 400; each from a teacher trained with softmax
// at temperature 1 and from one trained at 20. All students get the same samples, epochs, batches and learning rates.
// The table shows mean and standard error of the test accuracy over the seeds.
//
// On these digits the answer is no: with 500 labels, labels alone are as good as the plain sum and better than the
// rest. The same experiment in PyTorch gives the same table within two standard errors.
//
// test: --data {data}/digits.csv.gz --samples 300 --epochs 2 --seeds 2

#include <strata/io.hpp>
#include <strata/strata.hpp>

#include "digits.hpp"

#include <CLI/CLI.hpp>

#include <array>
#include <cmath>
#include <cstdio>
#include <vector>

using namespace strata;

struct LargeNet
    : Sequential<Linear<256, HeUniform>, ReLU, Dropout<0.3>, Linear<256, HeUniform>, ReLU, Dropout<0.3>, Linear<10>> {};
struct SmallNet : Sequential<Linear<16, HeUniform>, ReLU, Linear<10>> {};
using Teacher = Network<LargeNet, Features<64>, Cpu<float>>;
using Student = Network<SmallNet, Features<64>, Cpu<float>>;

constexpr double temperature = 20;
using PlainSum = Distill<temperature>;
using Scaled = Distill<temperature, plain_sum, TemperatureSquared>;

struct Options {
  std::filesystem::path data = digits_path;
  std::size_t samples = 500, epochs = 60, seeds = 5;
};

/// The budget, the same for everyone.
template <class Net, class Loss>
void train(Net& net, Loss loss, const Digits& digits, const Options& options, std::uint64_t seed) {
  Trainer trainer{net, std::move(loss), Adam{}};
  trainer.set_threads(Threads{1});  // more do not pay for a network this small
  trainer.set_seed(Seed{seed});
  trainer.fit(digits, {.epochs = options.epochs, .batch_size = 32, .schedule = OneCycle{.peak = 1e-2}});
}

/// Test accuracies of one way to learn, one a seed.
struct Outcome {
  const char* name;
  std::vector<double> accuracies = {};

  void print() const {
    const auto n = static_cast<double>(accuracies.size());
    double mean = 0, squares = 0;
    for (const double a : accuracies) mean += a / n;
    for (const double a : accuracies) squares += (a - mean) * (a - mean);
    std::printf("%-44s %8.4f", name, mean);
    if (accuracies.size() > 1) std::printf(" ± %.4f", std::sqrt(squares / (n - 1) / n));
    std::printf("\n");
  }
};

template <class Loss>
void run_student(Outcome& outcome, Loss loss, const std::pair<Digits, Digits>& digits, const Options& options,
                 std::uint64_t seed) {
  Student student{Seed{seed}};
  train(student, std::move(loss), digits.first, options, seed);
  outcome.accuracies.push_back(accuracy(student.predict(digits.second.inputs), digits.second.targets));
}

void compare(const Options& options) {
  const auto digits = read_digits(options.data, options.samples);
  std::array outcomes{Outcome{"teacher, trained at T = 1"},
                      Outcome{"teacher, trained at T = 20"},
                      Outcome{"student, labels alone"},
                      Outcome{"student, plain sum, teacher of T = 1"},
                      Outcome{"student, T² scaled, teacher of T = 1"},
                      Outcome{"student, plain sum, teacher of T = 20"},
                      Outcome{"student, T² scaled, teacher of T = 20"}};
  for (std::uint64_t seed = 1; seed <= options.seeds; ++seed) {
    Teacher cold{Seed{seed + 1000}}, warm{Seed{seed + 1000}};
    train(cold, CrossEntropy{}, digits.first, options, seed);
    train(warm, Softened<temperature>{}, digits.first, options, seed);
    outcomes[0].accuracies.push_back(accuracy(cold.predict(digits.second.inputs), digits.second.targets));
    outcomes[1].accuracies.push_back(accuracy(warm.predict(digits.second.inputs), digits.second.targets));
    run_student(outcomes[2], CrossEntropy{}, digits, options, seed);
    run_student(outcomes[3], PlainSum::from(cold, Threads{1}), digits, options, seed);
    run_student(outcomes[4], Scaled::from(cold, Threads{1}), digits, options, seed);
    run_student(outcomes[5], PlainSum::from(warm, Threads{1}), digits, options, seed);
    run_student(outcomes[6], Scaled::from(warm, Threads{1}), digits, options, seed);
    std::printf("seed %llu of %zu done\n", static_cast<unsigned long long>(seed), options.seeds);
  }
  std::printf("\n%zu samples to train on, %zu to test on, %zu epochs, %zu seed(s)\n%-44s %s\n", digits.first.size(),
              digits.second.size(), options.epochs, options.seeds, "", "test accuracy ± standard error");
  for (const Outcome& outcome : outcomes) outcome.print();
}

int main(int argc, char** argv) {
  Options options;
  CLI::App app{"Compares students of a large network with one that learns from labels alone."};
  app.add_option("--data", options.data, "the digits as CSV, plain or gzip")->capture_default_str();
  app.add_option("--samples", options.samples, "train on the first so many of the 1,797; the others are the test")
      ->capture_default_str();
  app.add_option("--epochs", options.epochs, "passes over them, for teachers and students")->capture_default_str();
  app.add_option("--seeds", options.seeds, "repetitions")->capture_default_str()->check(CLI::PositiveNumber);
  CLI11_PARSE(app, argc, argv);
  try {
    compare(options);
  } catch (const Error& error) {
    std::fprintf(stderr, "distill: %s\n", error.what());
    return 1;
  }
}
