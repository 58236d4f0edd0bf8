#include <layers/support.hpp>

using namespace layer_test;

static_assert(std::is_same_v<output_of<MeanOverTime, Sequence<5>>, Features<5>>);
static_assert(!Accepts<MeanOverTime, Features<5>> && !Accepts<MeanOverTime, Tokens<5>>);

TEST_CASE("MeanOverTime keeps the contract of layers") {
  check_contract<MeanOverTime, Sequence<5>>();
  check_contract<Sequential<Tanh, MeanOverTime, Linear<2>>, Sequence<5>>();
  check_contract<Sequential<LSTM<3>, MeanOverTime, Linear<2>>, Sequence<4>>();
}

TEST_CASE("MeanOverTime is the mean of the steps of each sample, and all steps have the same gradient") {
  Network<MeanOverTime, Sequence<7>, Engine<double>> net;
  const auto x = array<double, 3>({3, 4, 7}, 1);
  const auto y = net.predict(x);
  REQUIRE(y.dimension() == 2);
  for (std::size_t b = 0; b < 3; ++b) {
    for (std::size_t j = 0; j < 7; ++j) CHECK(y(b, j) == (x(b, 0, j) + x(b, 1, j) + x(b, 2, j) + x(b, 3, j)) / 4);
  }
  std::vector<double> none, state;
  const TrainingPass<MeanOverTime, Sequence<1>> pass({2, 3}, {1, 2, 6, 4, 5, 9}, none, none, state, {6, 9}, {});
  CHECK(pass.output == std::vector<double>{3, 6});
  CHECK(pass.input_gradient == std::vector<double>{2, 2, 2, 3, 3, 3});
}
