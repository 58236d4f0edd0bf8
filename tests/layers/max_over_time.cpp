#include <layers/support.hpp>

#include <limits>

using namespace layer_test;

static_assert(std::is_same_v<output_of<MaxOverTime, Sequence<5>>, Features<5>>);
static_assert(!Accepts<MaxOverTime, Features<5>> && !Accepts<MaxOverTime, Tokens<5>>);

namespace {
constexpr double no_number = std::numeric_limits<double>::quiet_NaN();

/// Two samples of three steps of one number.
TrainingPass<MaxOverTime, Sequence<1>> pass_of(const std::vector<double>& x) {
  std::vector<double> none, state;
  return {{2, 3}, x, none, none, state, {7, 8}, {}};
}
}  // namespace

TEST_CASE("MaxOverTime keeps the contract of layers") {
  check_contract<MaxOverTime, Sequence<5>>();
  check_contract<Sequential<Tanh, MaxOverTime, Linear<2>>, Sequence<5>>();
  check_contract<Sequential<LSTM<3>, MaxOverTime, Linear<2>>, Sequence<4>>();
}

TEST_CASE_TEMPLATE("MaxOverTime is the largest of the steps of each sample", T, float, double) {
  Network<MaxOverTime, Sequence<19>, Engine<T>> net;
  const auto x = array<T, 3>({3, 4, 19}, 1);
  const auto y = net.predict(x);
  REQUIRE(y.dimension() == 2);
  for (std::size_t b = 0; b < 3; ++b) {
    for (std::size_t j = 0; j < 19; ++j) CHECK(y(b, j) == std::max({x(b, 0, j), x(b, 1, j), x(b, 2, j), x(b, 3, j)}));
  }
}

TEST_CASE("the gradient of a maximum goes to the first step that has it") {
  const auto pass = pass_of({-5, -3, -4, 2, 1, 0});
  CHECK(pass.output == std::vector<double>{-3, 2});
  CHECK(pass.input_gradient == std::vector<double>{0, 7, 0, 8, 0, 0});
  const auto equal = pass_of({1, 4, 4, 6, 6, 6});
  CHECK(equal.output == std::vector<double>{4, 6});
  CHECK(equal.input_gradient == std::vector<double>{0, 7, 0, 8, 0, 0});
}

TEST_CASE("a NaN is the maximum, wherever it stands") {
  for (const std::size_t at : {0u, 1u, 2u}) {
    std::vector<double> x{1, 3, 4, 1, 2, 3};
    x[at] = no_number;
    const auto pass = pass_of(x);
    CHECK(std::isnan(pass.output[0]));
    CHECK(pass.output[1] == 3);
    Network<MaxOverTime, Sequence<1>, Engine<double>> net;
    CHECK(std::isnan(net.predict(xt::adapt(x, std::array<std::size_t, 3>{2, 3, 1}))(0, 0)));
  }
}
