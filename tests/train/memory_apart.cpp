// Training, prediction and files on a backend whose memory the program must not look at: that of tests/apart.hpp, or,
// where nvcc compiles this, the GPU.

#include <strata/io.hpp>

#include <doctest/doctest.h>

#include "train/away.hpp"

#include <filesystem>
#include <limits>
#include <string>

using namespace away_tests;

TEST_CASE("what happens in memory apart is what happens on the CPU" * doctest::skip(no_device())) {
  Job<Cpu<double>> here;
  Job<Away<double>> there;
  const auto x = numbers<double, 3>({40, 6, 4});
  const Dataset<double, 3> data{x, labels(40, 3)};
  const FitOptions options{.epochs = 3, .batch_size = 8, .piece = 5, .hold_out = 8};
  const History first = here.trainer.fit(data, options), second = there.trainer.fit(data, options);
  for (std::size_t e = 0; e < 3; ++e) {
    CHECK(second.epochs[e].loss == doctest::Approx(first.epochs[e].loss).epsilon(1e-10));
    CHECK(*second.epochs[e].validation_loss == doctest::Approx(*first.epochs[e].validation_loss).epsilon(1e-10));
    CHECK(second.epochs[e].validation_accuracy == first.epochs[e].validation_accuracy);
  }
  CHECK(largest_difference(here.net.predict(x), there.net.predict(x)) < 1e-10);
}

TEST_CASE("every way to predict copies in and out" * doctest::skip(no_device())) {
  const Network<Sequential<LSTM<5>, Dropout<0.5>, Linear<2>>, Sequence<4>, Cpu<double>> here{Seed{3}};
  const Network<Sequential<LSTM<5>, Dropout<0.5>, Linear<2>>, Sequence<4>, Away<double>> there{Seed{3}};
  const auto x = numbers<double, 3>({3, 6, 4});
  const auto expected = here.predict(x);
  Session session(there);
  CHECK(largest_difference(there.predict(session, x), expected) < 1e-13);
  xt::xtensor<double, 3> y(expected.shape());
  there.predict_into(session, x, y);
  CHECK(largest_difference(y, expected) < 1e-13);
  CHECK(largest_difference(there.predict_samples(x, 2, Seed{5}), here.predict_samples(x, 2, Seed{5})) < 1e-13);
  session.reset_state();
  const auto one = numbers<double, 3>({1, 6, 4});
  const auto whole = here.predict(one);
  for (std::size_t t = 0; t < 6; ++t) {
    std::array<double, 2> out{};
    there.step(session, std::span<const double, 4>(&one(0, t, 0), 4), out);
    CHECK(std::abs(out[0] - whole(0, t, 0)) < 1e-13);
  }
  struct Watcher : Observer<double> {
    double sum = 0;
    void see(const Observation<double>& o) override {
      for (std::size_t i = 0; i < o.rows * o.columns; ++i) sum += o.data[i];
    }
  } watcher, other;
  here.observe(x, watcher);
  there.observe(x, other);
  CHECK(other.sum == doctest::Approx(watcher.sum).epsilon(1e-12));
}

TEST_CASE("files are written from memory apart and read into it" * doctest::skip(no_device())) {
  Job<Away<double>> first, second, third;
  Job<Cpu<double>> here;
  const auto x = numbers<double, 3>({20, 6, 4});
  const Dataset<double, 3> data{x, labels(20, 3)};
  first.trainer.fit(data, {.epochs = 1, .batch_size = 8});
  const std::string folder = std::filesystem::temp_directory_path() / "strata-apart";
  std::filesystem::create_directories(folder);
  io::save(first.net, folder + "/net");
  io::save_checkpoint(first.trainer, folder + "/run");
  io::load(here.net, folder + "/net");
  io::load(second.net, folder + "/net");
  CHECK(largest_difference(here.net.predict(x), first.net.predict(x)) < 1e-13);
  CHECK(second.net.predict(x) == first.net.predict(x));
  io::load_checkpoint(third.trainer, folder + "/run");
  first.trainer.fit(data, {.epochs = 2, .batch_size = 8});
  third.trainer.fit(data, {.epochs = 2, .batch_size = 8});
  CHECK(third.net.predict(x) == first.net.predict(x));
  const auto copy = third.net;
  CHECK(copy.predict(x) == first.net.predict(x));
  std::filesystem::remove_all(folder);
}

TEST_CASE("what is not finite is found in memory apart" * doctest::skip(no_device())) {
  Job<Away<double>> job;
  auto x = numbers<double, 3>({8, 6, 4});
  x(3, 2, 1) = std::numeric_limits<double>::infinity() - std::numeric_limits<double>::infinity();
  const auto before = job.net.predict(numbers<double, 3>({2, 6, 4}));
  CHECK_THROWS_WITH_AS(
      job.trainer.step(x, labels(8, 3)),
      "strata::Trainer: the loss is not finite (in step). The first layer whose output is not finite is "
      "'0', LSTM<5>. The inputs are not all finite.",
      NotFiniteError);
  CHECK(job.net.predict(numbers<double, 3>({2, 6, 4})) == before);
}

TEST_CASE("a student is distilled from a teacher in memory apart" * doctest::skip(no_device())) {
  const auto loss_after = []<class Backend>(Backend) {
    const Network<Sequential<LastStep, Linear<8>, Tanh, Linear<3>>, Sequence<4>, Backend> teacher{Seed{1}};
    Network<Sequential<LastStep, Linear<3>>, Sequence<4>, Backend> student{Seed{2}};
    Trainer trainer{student, Distill<4.0>::from(teacher), SGD{.learning_rate = 0.1}};
    double loss = 0;
    for (int i = 0; i < 5; ++i) loss = trainer.step(numbers<double, 3>({8, 2, 4}), labels(8, 3));
    return loss;
  };
  CHECK(loss_after(Away<double>{}) == doctest::Approx(loss_after(Cpu<double>{})).epsilon(1e-12));
}
