// Products of rounded factors on the host systems: what is rounded, and what training makes of it.

#include <strata/thrust.hpp>

#include <network/support.hpp>

#include <strata/testing/all_close.hpp>

#include <doctest/doctest.h>

#include <vector>

using namespace network_tests;

namespace {
template <class Products, System Where>
std::vector<float> product(ops::MatmulArguments<float> a, std::vector<float> c, int threads) {
  using Backend = Thrust<Where, float, Products>;
  a.c = c.data();
  Kernel<ops::Matmul, Backend>::run({.threads = threads}, a);
  return c;
}

struct Little : Sequential<Linear<16>, ReLU, Linear<16>, Tanh, Linear<3>> {};

/// Points in three sectors of the plane, and which.
struct Points {
  xt::xtensor<float, 2> x = numbers<float, 2>({240, 2}, 5);
  xt::xtensor<std::int32_t, 1> y = xt::xtensor<std::int32_t, 1>(std::array<std::size_t, 1>{240});
  Points() {
    for (std::size_t i = 0; i < 240; ++i) y(i) = x(i, 0) > std::abs(x(i, 1)) ? 0 : x(i, 1) > 0 ? 1 : 2;
  }
};

template <class Backend>
struct Learned {
  double first = 0, last = 0;
  std::vector<float> weights;
  xt::xtensor<float, 2> scores;

  explicit Learned(int steps) {
    const Points points;
    Network<Little, Features<2>, Backend> net{Seed{4}};
    Trainer trainer{net, CrossEntropy{}, Adam{.learning_rate = 1e-2}};
    trainer.set_threads({1});
    first = trainer.step(points.x, points.y);
    for (int step = 1; step < steps; ++step) last = trainer.step(points.x, points.y);
    weights = copy_of_weights(net);
    scores = net.predict(points.x);
  }
  double accuracy() const {
    const Points points;
    double right = 0;
    for (std::size_t i = 0; i < 240; ++i) {
      std::size_t best = 0;
      for (std::size_t c = 1; c < 3; ++c) best = scores(i, c) > scores(i, best) ? c : best;
      right += best == static_cast<std::size_t>(points.y(i));
    }
    return right / 240;
  }
};
using Full = Thrust<System::cpp, float>;
using Coarse = Thrust<System::cpp, float, BFloat16>;
using Middle = Thrust<System::cpp, float, TensorFloat32>;
}  // namespace

TEST_CASE_TEMPLATE("factors are rounded, sums and biases are not", Products, TensorFloat32, BFloat16) {
  const std::size_t m = 7, n = 19, k = 33;
  for (int kind = 0; kind < 8; ++kind) {
    const bool ta = kind & 1, tb = kind & 2, accumulate = kind & 4;
    const std::size_t lda = (ta ? m : k) + 2, ldb = (tb ? k : n) + 1, ldc = n + 3;
    const auto a = numbers<float, 1>({(ta ? k : m) * lda}, 1), b = numbers<float, 1>({(tb ? n : k) * ldb}, 2),
               bias = numbers<float, 1>({n}, 3), c = numbers<float, 1>({m * ldc}, 4);
    const std::vector<float> before(c.begin(), c.end());
    const ops::MatmulArguments<float> arguments{
        m, n, k, a.data(), lda, ta, b.data(), ldb, tb, nullptr, ldc, accumulate, accumulate ? nullptr : bias.data()};
    const auto got = product<Products, System::cpp>(arguments, before, 1);
    CHECK(product<Products, System::omp>(arguments, before, 3) == got);
    CHECK(product<FullPrecision, System::cpp>(arguments, before, 1) != got);
    std::vector<double> expected(before.begin(), before.end());
    for (std::size_t i = 0; i < m; ++i) {
      for (std::size_t j = 0; j < n; ++j) {
        double sum = static_cast<double>(accumulate ? before[i * ldc + j] : bias(j));
        for (std::size_t p = 0; p < k; ++p) {
          sum += static_cast<double>(Products::rounded(ta ? a(p * lda + i) : a(i * lda + p))) *
                 static_cast<double>(Products::rounded(tb ? b(j * ldb + p) : b(p * ldb + j)));
        }
        expected[i * ldc + j] = sum;
      }
    }
    CAPTURE(kind);
    CHECK(all_close(got, expected, 2e-6));
  }
}

TEST_CASE("a larger product after a smaller one, and an empty one") {
  const std::vector<float> ones(64, 1.0F);
  for (const std::size_t size : {2u, 8u, 3u, 0u}) {
    const ops::MatmulArguments<float> a{size, size,  size,    ones.data(), size,  false,  ones.data(),
                                        size, false, nullptr, size,        false, nullptr};
    CHECK(product<BFloat16, System::cpp>(a, std::vector<float>(size * size), 1) ==
          std::vector<float>(size * size, static_cast<float>(size)));
  }
}

TEST_CASE("a network learns with factors of bfloat16 what it learns with floats") {
  const Learned<Full> full(150);
  const Learned<Coarse> coarse(150);
  const Learned<Middle> middle(150);
  for (const double last : {full.last, coarse.last, middle.last}) CHECK(last < 0.15 * full.first);
  CHECK(coarse.accuracy() > 0.95);
  CHECK(middle.accuracy() > 0.95);
  CHECK(coarse.weights != full.weights);
  CHECK(middle.weights != full.weights);
}

TEST_CASE("one step agrees with floats within the rounding of a factor") {
  // Two roundings to 8 bits (11) a product; the sums of three layers may add them up.
  const Learned<Full> full(2);
  const auto difference = [&](const auto& other) { return std::abs(other.first - full.first) / full.first; };
  const Learned<Coarse> coarse(2);
  const Learned<Middle> middle(2);
  CHECK(difference(coarse) < 3 * 0x1p-8);
  CHECK(difference(middle) < 3 * 0x1p-11);
  CHECK(difference(coarse) > 0);
  CHECK(difference(middle) > 0);
}

TEST_CASE_TEMPLATE("every layer trains on a backend with a policy", Products, TensorFloat32, BFloat16) {
  struct Card : Sequential<LSTM<8>, LastStep, BatchNorm, Residual<Linear<8>, ReLU>, Dropout<0.25>, Linear<3>> {};
  Network<Card, Sequence<4>, Thrust<System::omp, float, Products>> net{Seed{2}};
  Trainer trainer{net, CrossEntropy{}, Adam{.learning_rate = 1e-2}, L2<1e-4>{}, ClipNorm<1.0>{}};
  const auto x = numbers<float, 3>({12, 5, 4});
  const auto y = labels(12, 3);
  const double first = trainer.step(x, y);
  double last = first;
  for (int step = 0; step < 60; ++step) last = trainer.step(x, y);
  CHECK(last < 0.7 * first);
}

TEST_CASE("weights stay floats: most are no bfloat16") {
  const Learned<Coarse> coarse(5);
  std::size_t fine = 0;
  for (const float w : coarse.weights) fine += BFloat16::rounded(w) != w;
  CHECK(fine > coarse.weights.size() / 4);
}
