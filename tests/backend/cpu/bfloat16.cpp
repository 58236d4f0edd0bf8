// Networks on Cpu<float, BFloat16>.
#include <doctest/doctest.h>

#include <strata/strata.hpp>
#include <strata/testing/all_close.hpp>

#include <cmath>
#include <random>
#include <vector>

using namespace strata;

namespace {

struct Perceptron : Sequential<Linear<40>, ReLU, Linear<3>> {};
struct Card : Sequential<LSTM<8>, LastStep, BatchNorm, Residual<Linear<8>, ReLU>, Dropout<0.25>, Linear<3>> {};

std::vector<float> numbers(std::size_t count, unsigned seed) {
  std::mt19937 generator(seed);
  std::normal_distribution<float> normal;
  std::vector<float> values(count);
  for (float& x : values) x = normal(generator);
  return values;
}

/// x [samples, 6], and of which of its first three numbers the largest is.
struct Points {
  std::size_t samples = 240;
  xt::xtensor<float, 2> x = xt::zeros<float>({samples, std::size_t{6}});
  xt::xtensor<std::int64_t, 1> y = xt::zeros<std::int64_t>({samples});
  Points() {
    const std::vector<float> from = numbers(samples * 6, 1);
    std::copy(from.begin(), from.end(), x.begin());
    for (std::size_t i = 0; i < samples; ++i)
      for (std::size_t j = 1; j < 3; ++j)
        if (x(i, j) > x(i, static_cast<std::size_t>(y(i)))) y(i) = static_cast<std::int64_t>(j);
  }
};

/// Losses of the first and the last of some steps, and the weights then.
template <class Products>
struct Learned {
  Network<Perceptron, Features<6>, Cpu<float, Products>> net{Seed{3}};
  double first, last;
  explicit Learned(int steps, int threads = 1) {
    const Points points;
    Trainer trainer{net, CrossEntropy{}, Adam{.learning_rate = 1e-2}};
    trainer.set_threads({threads});
    first = last = trainer.step(points.x, points.y);
    for (int step = 1; step < steps; ++step) last = trainer.step(points.x, points.y);
  }
};

}  // namespace

TEST_CASE("a network learns with products in bfloat16 what it learns with floats") {
  const Learned<FullPrecision> full(150);
  const Learned<BFloat16> coarse(150);
  CHECK(full.last < 0.15 * full.first);
  CHECK(coarse.last < 0.15 * coarse.first);
}

TEST_CASE("a loss agrees with that of floats within the rounding of a factor") {
  const Learned<FullPrecision> full(1);
  const Learned<BFloat16> coarse(1);
  const double difference = std::abs(coarse.first - full.first) / full.first;
  CHECK(difference < 2 * 0x1p-8);
  CHECK(difference > 0);
}

TEST_CASE("weights stay floats, and have the same bits for any number of threads") {
  const Learned<BFloat16> one(5), three(5, 3);
  std::size_t fine = 0;
  for (const float w : one.net.weights()) fine += BFloat16::rounded(w) != w;
  CHECK(fine > one.net.weights().size() / 4);
  CHECK(std::ranges::equal(one.net.weights(), three.net.weights()));
}

TEST_CASE("an LSTM, a residual and normalization train; a layer without a product is that of floats") {
  Network<Card, Sequence<4>, Cpu<float, BFloat16>> net{Seed{2}};
  Trainer trainer{net, CrossEntropy{}, Adam{.learning_rate = 1e-2}, L2<1e-4>{}, ClipNorm<1.0>{}};
  xt::xtensor<float, 3> x = xt::zeros<float>({12, 5, 4});
  const std::vector<float> from = numbers(x.size(), 4);
  std::copy(from.begin(), from.end(), x.begin());
  xt::xtensor<std::int64_t, 1> y = xt::arange<std::int64_t>(12) % 3;
  const double first = trainer.step(x, y);
  double last = first;
  for (int step = 0; step < 60; ++step) last = trainer.step(x, y);
  CHECK(last < 0.7 * first);

  const Points points;
  Network<Softmax, Features<6>, Cpu<float>> plain{Seed{1}};
  Network<Softmax, Features<6>, Cpu<float, BFloat16>> rounded{Seed{1}};
  CHECK(plain.predict(points.x) == rounded.predict(points.x));
}

TEST_CASE("steps of a sequence are its prediction, to the bit") {
  using Net = Network<Sequential<LSTM<24>, Linear<5>>, Sequence<7>, Cpu<float, BFloat16>>;
  const Net net{Seed{5}};
  xt::xtensor<float, 3> x = xt::zeros<float>({1, 9, 7});
  const std::vector<float> from = numbers(x.size(), 6);
  std::copy(from.begin(), from.end(), x.begin());
  const xt::xtensor<float, 3> expected = net.predict(x);
  Session<Net> session(net);
  std::array<float, 7> in{};
  std::array<float, 5> out{};
  for (std::size_t t = 0; t < 9; ++t) {
    for (std::size_t i = 0; i < 7; ++i) in[i] = x(0, t, i);
    net.step(session, in, out);
    for (std::size_t j = 0; j < 5; ++j) CHECK(out[j] == expected(0, t, j));
  }
}
