#include <layers/support.hpp>

#include <limits>

using namespace layer_test;

static_assert(std::is_same_v<output_of<LogSoftmax, Sequence<5>>, Sequence<5>>);
static_assert(!Accepts<LogSoftmax, Tokens<5>> && !Accepts<LogSoftmax, Image<1, 2, 3>>);

TEST_CASE("LogSoftmax keeps the contract of layers") {
  check_contract<LogSoftmax, Features<5>>();
  check_contract<LogSoftmax, Sequence<19>>();
  check_contract<Sequential<Linear<4>, LogSoftmax, Linear<3>>, Features<5>>();
}

TEST_CASE_TEMPLATE("every row is x - log Σ exp(x)", T, float, double) {
  const Network<LogSoftmax, Sequence<21>, Engine<T>> net;
  auto x = array<T, 3>({3, 2, 21}, 1);
  for (T& v : x) v *= 9;
  std::vector<double> expected;
  for (std::size_t first = 0; first < x.size(); first += 21) {
    double sum = 0;
    for (std::size_t j = 0; j < 21; ++j) sum += std::exp(static_cast<double>(x.data()[first + j]));
    for (std::size_t j = 0; j < 21; ++j) expected.push_back(static_cast<double>(x.data()[first + j]) - std::log(sum));
  }
  const auto close = all_close(net.predict(x), expected, sizeof(T) == 4 ? 1e-6 : 1e-14);
  CHECK_MESSAGE(close, close.text);
}

TEST_CASE_TEMPLATE("it is finite where the probability is 0, and large numbers keep their digits", T, float, double) {
  const Network<LogSoftmax, Features<3>, Engine<T>> net;
  const T far = sizeof(T) == 4 ? T(1e6) : T(1e15);
  const auto y = net.predict(xt::xtensor<T, 2>{{0, -2000, 0}, {far, far - 2, -far}});
  CHECK(y(0, 0) == doctest::Approx(-std::log(2.0)));
  CHECK(y(0, 1) == doctest::Approx(-2000 - std::log(2.0)));
  CHECK(y(1, 0) == doctest::Approx(-std::log1p(std::exp(-2.0))));
  CHECK(y(1, 1) == doctest::Approx(-2 - std::log1p(std::exp(-2.0))));
  CHECK(y(1, 2) == doctest::Approx(-2.0 * static_cast<double>(far)));
}

TEST_CASE("-infinity has no part in the gradient of others") {
  std::vector<double> none, state;
  const double infinity = std::numeric_limits<double>::infinity();
  const TrainingPass<LogSoftmax, Features<3>> pass({1, 1}, {1, -infinity, 1}, none, none, state, {1, 0, 0}, {});
  CHECK(pass.output[1] == -infinity);
  CHECK(pass.input_gradient[0] == doctest::Approx(0.5));
  CHECK(pass.input_gradient[1] == 0);
  CHECK(pass.input_gradient[2] == doctest::Approx(-0.5));
}
