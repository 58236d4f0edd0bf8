#include <layers/support.hpp>

using namespace layer_test;

static_assert(std::is_same_v<output_of<LeakyReLU<0.1>, Features<5>>, Features<5>>);
static_assert(!Accepts<LeakyReLU<0.1>, Tokens<5>>);

TEST_CASE("LeakyReLU keeps the contract of layers") {
  check_contract<LeakyReLU<0.1>, Sequence<5>>();
  check_contract<Sequential<Linear<3>, LeakyReLU<0.1>, Linear<2>>, Features<5>>({.seed = 2});
}

TEST_CASE_TEMPLATE("LeakyReLU is x or slope x", T, float, double) {
  Network<LeakyReLU<0.1>, Features<7>, Engine<T>> net;
  const xt::xtensor<T, 2> x{{T(-100), T(-2), T(-0.5), T(0), T(0.25), T(3), T(100)}};
  const auto y = net.predict(x);
  for (std::size_t j = 0; j < 7; ++j) {
    const double v = static_cast<double>(x(0, j));
    const double expected = v > 0 ? v : 0.1 * v;
    CHECK(static_cast<double>(y(0, j)) == doctest::Approx(expected).epsilon(sizeof(T) == 4 ? 1e-6 : 1e-14).scale(1e-3));
  }
}

TEST_CASE("the default slope is PyTorch's") {
  Network<LeakyReLU<>, Features<1>, Engine<double>> net;
  CHECK(net.predict(xt::xtensor<double, 2>{{-1.0}})(0, 0) == doctest::Approx(-0.01));
}
