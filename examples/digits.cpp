// Classifies the 8 x 8 digits that come with the sources: a first program, done in seconds.
//
// test: --data {data}/digits.csv.gz --samples 300 --epochs 2

#include <strata/io.hpp>
#include <strata/strata.hpp>

#include "digits.hpp"

#include <CLI/CLI.hpp>

#include <cstdio>

using namespace strata;

struct Classifier : Sequential<Linear<64, HeUniform>, BatchNorm, ReLU, Dropout<0.2>, Linear<10>> {};

int main(int argc, char** argv) {
  std::filesystem::path data = digits_path;
  std::size_t samples = 1400, epochs = 30;
  std::uint64_t seed = 42;
  CLI::App app{"Trains a small classifier of handwritten digits."};
  app.add_option("--data", data, "the digits as CSV, plain or gzip")->capture_default_str();
  app.add_option("--samples", samples, "train on the first so many of the 1,797; the others are the test")
      ->capture_default_str();
  app.add_option("--epochs", epochs, "passes over them")->capture_default_str();
  app.add_option("--seed", seed, "fixes weights, masks and order")->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  try {
    const auto [train, test] = read_digits(data, samples);
    Network<Classifier, Features<64>, Cpu<float>> net{Seed{seed}};
    Trainer trainer{net, CrossEntropy{}, Adam{}, L2<1e-4>{}};
    trainer.set_threads(Threads{1});  // more do not pay for a network this small
    trainer.set_seed(Seed{seed});
    trainer.fit(train,
                {.epochs = epochs, .batch_size = 32, .schedule = OneCycle{.peak = 1e-2}, .on_epoch = io::Progress{}});
    std::printf("test accuracy %.4f\n", accuracy(net.predict(test.inputs), test.targets));
  } catch (const Error& error) {
    std::fprintf(stderr, "digits: %s\n", error.what());
    return 1;
  }
}
