#include <layers/support.hpp>

using namespace layer_test;

static_assert(std::is_same_v<output_of<Tanh, Features<5>>, Features<5>>);
static_assert(!Accepts<Tanh, Tokens<5>>);

TEST_CASE("Tanh keeps the contract of layers") {
  check_contract<Tanh, Sequence<5>>();
  check_contract<Sequential<Linear<3>, Tanh, Linear<2>>, Features<5>>({.seed = 4});
}

TEST_CASE_TEMPLATE("Tanh is the hyperbolic tangent", T, float, double) {
  Network<Tanh, Features<7>, Engine<T>> net;
  const xt::xtensor<T, 2> x{{T(-100), T(-2), T(-0.5), T(0), T(0.25), T(3), T(100)}};
  const auto y = net.predict(x);
  for (std::size_t j = 0; j < 7; ++j) {
    const double v = static_cast<double>(x(0, j));
    const double expected = std::tanh(v);
    CHECK(static_cast<double>(y(0, j)) == doctest::Approx(expected).epsilon(sizeof(T) == 4 ? 1e-6 : 1e-14).scale(1e-3));
  }
}
