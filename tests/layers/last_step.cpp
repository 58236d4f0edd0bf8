#include <layers/support.hpp>

using namespace layer_test;

static_assert(std::is_same_v<output_of<LastStep, Sequence<5>>, Features<5>>);
static_assert(!Accepts<LastStep, Features<5>> && !Accepts<LastStep, Tokens<5>>);

TEST_CASE("LastStep keeps the contract of layers") {
  check_contract<LastStep, Sequence<5>>();
  check_contract<Sequential<Tanh, LastStep, Linear<2>>, Sequence<5>>();
}

TEST_CASE("LastStep is the last step of each sample, and the gradient of all others is zero") {
  Network<LastStep, Sequence<2>, Engine<float>> net;
  const auto x = array<float, 3>({3, 4, 2}, 1);
  const auto y = net.predict(x);
  REQUIRE(y.dimension() == 2);
  for (std::size_t b = 0; b < 3; ++b) {
    for (std::size_t j = 0; j < 2; ++j) CHECK(y(b, j) == x(b, 3, j));
  }
  std::vector<double> none, state;
  const TrainingPass<LastStep, Sequence<1>> pass({2, 3}, {1, 2, 3, 4, 5, 6}, none, none, state, {7, 8}, {});
  CHECK(pass.output == std::vector<double>{3, 6});
  CHECK(pass.input_gradient == std::vector<double>{0, 0, 7, 0, 0, 8});
}
