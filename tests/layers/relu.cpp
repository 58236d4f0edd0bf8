#include <layers/support.hpp>

using namespace layer_test;

static_assert(std::is_same_v<output_of<ReLU, Features<5>>, Features<5>>);
static_assert(!Accepts<ReLU, Tokens<5>>);

TEST_CASE("ReLU keeps the contract of layers") {
  check_contract<ReLU, Sequence<5>>();
  check_contract<Sequential<Linear<3>, ReLU, Linear<2>>, Features<5>>({.seed = 1});
}

TEST_CASE_TEMPLATE("ReLU is max(x, 0)", T, float, double) {
  Network<ReLU, Features<7>, Engine<T>> net;
  const xt::xtensor<T, 2> x{{T(-100), T(-2), T(-0.5), T(0), T(0.25), T(3), T(100)}};
  const auto y = net.predict(x);
  for (std::size_t j = 0; j < 7; ++j) {
    const double v = static_cast<double>(x(0, j));
    const double expected = v > 0 ? v : 0;
    CHECK(static_cast<double>(y(0, j)) == doctest::Approx(expected).epsilon(sizeof(T) == 4 ? 1e-6 : 1e-14).scale(1e-3));
  }
}

TEST_CASE("the derivative of ReLU at 0 is 0") {
  std::vector<double> none, state;
  const TrainingPass<ReLU, Features<3>> pass({1, 1}, {0, -1, 1}, none, none, state, {5, 5, 5}, {});
  CHECK(pass.input_gradient == std::vector<double>{0, 0, 5});
}
