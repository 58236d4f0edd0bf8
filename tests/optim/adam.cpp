#include <strata/optim/adam.hpp>

#include <optim/support.hpp>

using namespace strata;

namespace {

template <class T>
struct OneWeight {
  T w = 1, m = 0, v = 0;
  Counters<T> counters{.learning_rate = T(0.1)};

  template <class Backend>
  void step(const Adam& adam, T g, double factor = 1) {
    ops::Direct<Backend> direct;
    adam.advance(counters);
    adam.update(direct, &counters, factor, Flat<T*>{&w, 1}, Flat<const T*>{&g, 1}, {Flat<T*>{&m, 1}, Flat<T*>{&v, 1}});
    ++counters.step;
  }
};

}  // namespace

TEST_CASE_TEMPLATE("Adam follows its formula", Backend, STRATA_TEST_BACKENDS) {
  using T = fixtures::element<Backend>;
  const Adam adam{.beta1 = 0.8, .beta2 = 0.9, .epsilon = 1e-3};
  OneWeight<T> one;
  double w = 1, m = 0, v = 0;
  for (int t = 1; t <= 5; ++t) {
    const double g = std::cos(t);
    one.template step<Backend>(adam, static_cast<T>(g));
    m = 0.8 * m + 0.2 * g;
    v = 0.9 * v + 0.1 * g * g;
    w -= 0.1 * (m / (1 - std::pow(0.8, t))) / (std::sqrt(v / (1 - std::pow(0.9, t))) + 1e-3);
    fixtures::check_near(std::vector<T>{one.w}, std::vector<double>{w}, fixtures::tolerance<T>, "weight");
    fixtures::check_near(std::vector<T>{one.m}, std::vector<double>{m}, fixtures::tolerance<T>, "first moment");
    fixtures::check_near(std::vector<T>{one.v}, std::vector<double>{v}, fixtures::tolerance<T>, "second moment");
  }
}

TEST_CASE_TEMPLATE("Adam's first step is the rate, whatever the size of the gradient", Backend, STRATA_TEST_BACKENDS) {
  using T = fixtures::element<Backend>;
  for (const double g : {1e-3, -50.0}) {
    OneWeight<T> one, half;
    one.template step<Backend>(Adam{}, static_cast<T>(g));
    half.template step<Backend>(Adam{}, static_cast<T>(g), 0.5);
    CHECK(one.w == doctest::Approx(1 - (g > 0 ? 0.1 : -0.1)).epsilon(1e-5));
    CHECK(half.w == doctest::Approx(1 - (g > 0 ? 0.05 : -0.05)).epsilon(1e-5));
  }
}

TEST_CASE_TEMPLATE("Adam leaves a weight alone that never had a gradient", Backend, STRATA_TEST_BACKENDS) {
  using T = fixtures::element<Backend>;
  OneWeight<T> one;
  for (int t = 0; t < 3; ++t) one.template step<Backend>(Adam{}, T(0));
  CHECK(one.w == T(1));
}

TEST_CASE("Adam's defaults are PyTorch's") {
  CHECK(Adam{}.learning_rate == 1e-3);
  CHECK(Adam{}.beta1 == 0.9);
  CHECK(Adam{}.beta2 == 0.999);
  CHECK(Adam{}.epsilon == 1e-8);
  CHECK(Optimizer<Adam>);
}

TEST_CASE("Adam outside its domain is refused before anything is trained") {
  CHECK_THROWS_WITH_AS((Adam{.beta1 = 1}.check()), doctest::Contains("beta1"), ValueError);
  CHECK_THROWS_WITH_AS((Adam{.beta2 = -0.1}.check()), doctest::Contains("beta2"), ValueError);
  CHECK_THROWS_WITH_AS((Adam{.epsilon = 0}.check()), doctest::Contains("epsilon"), ValueError);
  Adam{}.check();
  Network<Linear<2>, Features<3>, Engine<float>> net;
  using Made = Trainer<decltype(net), MeanSquaredError, Adam>;
  CHECK_THROWS_AS((Made{net, MeanSquaredError{}, Adam{.beta1 = 1}}), ValueError);
}
