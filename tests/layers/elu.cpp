#include <layers/support.hpp>

using namespace layer_test;

static_assert(std::is_same_v<output_of<ELU<0.7>, Features<5>>, Features<5>>);
static_assert(!Accepts<ELU<0.7>, Tokens<5>>);

TEST_CASE("ELU keeps the contract of layers") {
  check_contract<ELU<0.7>, Sequence<5>>();
  check_contract<Sequential<Linear<3>, ELU<0.7>, Linear<2>>, Features<5>>({.seed = 3});
}

TEST_CASE_TEMPLATE("ELU is x or alpha (exp(x) - 1)", T, float, double) {
  Network<ELU<0.7>, Features<7>, Engine<T>> net;
  const xt::xtensor<T, 2> x{{T(-100), T(-2), T(-0.5), T(0), T(0.25), T(3), T(100)}};
  const auto y = net.predict(x);
  for (std::size_t j = 0; j < 7; ++j) {
    const double v = static_cast<double>(x(0, j));
    const double expected = v > 0 ? v : 0.7 * std::expm1(v);
    CHECK(static_cast<double>(y(0, j)) == doctest::Approx(expected).epsilon(sizeof(T) == 4 ? 1e-6 : 1e-14).scale(1e-3));
  }
}

TEST_CASE("a large input does not overflow into the output or the gradient") {
  std::vector<float> none, state;
  const TrainingPass<ELU<>, Features<2>, float> pass({1, 1}, {1e4f, -1e4f}, none, none, state, {2, 2}, {});
  CHECK(pass.output == std::vector<float>{1e4f, -1});
  CHECK(pass.input_gradient == std::vector<float>{2, 0});
}
