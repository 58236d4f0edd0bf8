// The same bits with any number of threads, at sizes where they share the work; masks and initial weights by a hash, so
// that every compiler and machine draws the same.

#include "network/support.hpp"

#include <doctest/doctest.h>

using namespace network_tests;

namespace {
struct Card : Sequential<LSTM<128>, LastStep, BatchNorm, Residual<Linear<128>, ReLU>, Dropout<0.5>, Linear<10>> {};
using Net = Network<Card, Sequence<28>, Engine<float>>;

struct Trained {
  std::vector<float> weights, statistics;
  std::vector<double> losses;
  xt::xtensor<float, 2> scores;
  bool operator==(const Trained&) const = default;
};

Trained trained(std::size_t batch, int threads) {
  const auto x = numbers<float, 3>({batch, 28, 28});
  const auto y = labels(batch, 10);
  Net net{Seed{42}};
  Trainer trainer{net, CrossEntropy{}, Adam{.learning_rate = 2e-3}, L2<1e-4>{}, ClipNorm<1.0>{}};
  trainer.set_threads({threads});
  Trained result;
  for (int step = 0; step < 2; ++step) result.losses.push_back(trainer.step(x, y));
  Session session(net, Threads{threads});
  result.scores = net.predict(session, x);
  result.weights = copy_of_weights(net);
  result.statistics = copy_of_statistics(net);
  return result;
}
}  // namespace

TEST_CASE("training and prediction have the same bits with 1, 2, 3 and 5 threads") {
  for (const std::size_t batch : {32u, 128u}) {
    const Trained one = trained(batch, 1);
    CHECK(one.losses[0] != one.losses[1]);
    for (const int threads : {2, 3, 5}) {
      const Trained many = trained(batch, threads);
      CAPTURE(batch);
      CAPTURE(threads);
      CHECK(one.losses == many.losses);
      CHECK(one.weights == many.weights);
      CHECK(one.statistics == many.statistics);
      CHECK(one.scores == many.scores);
    }
  }
}

TEST_CASE("initial weights are pinned") {
  const Net net{Seed{42}};
  CHECK(hash_of(net.weights()) == 14345580070617979799u);
}

TEST_CASE("masks are pinned") {
  const Network<Sequential<Dropout<0.25>>, Sequence<9>, Engine<float>> net;
  xt::xtensor<float, 3> ones(std::array<std::size_t, 3>{6, 5, 9}, 1.0f);
  const auto masks = net.predict_samples(ones, 3, Seed{42});
  CHECK(hash_of(std::span<const float>(masks.data(), masks.size())) == 7857348513983494771u);
}
