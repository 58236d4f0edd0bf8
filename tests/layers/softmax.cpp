#include <layers/support.hpp>

#include <limits>
#include <numeric>

using namespace layer_test;

static_assert(std::is_same_v<output_of<Softmax, Sequence<5>>, Sequence<5>>);
static_assert(!Accepts<Softmax, Tokens<5>> && !Accepts<Softmax, Image<1, 2, 3>>);

TEST_CASE("Softmax keeps the contract of layers") {
  check_contract<Softmax, Features<5>>();
  check_contract<Softmax, Sequence<19>>();
  check_contract<Sequential<Linear<4>, Softmax, Linear<3>>, Features<5>>();
}

TEST_CASE_TEMPLATE("every row is exp(x) / Σ exp(x)", T, float, double) {
  const Network<Softmax, Sequence<21>, Engine<T>> net;
  auto x = array<T, 3>({3, 2, 21}, 1);
  for (T& v : x) v *= 9;
  std::vector<double> expected;
  for (std::size_t first = 0; first < x.size(); first += 21) {
    double sum = 0;
    for (std::size_t j = 0; j < 21; ++j) sum += std::exp(static_cast<double>(x.data()[first + j]));
    for (std::size_t j = 0; j < 21; ++j) expected.push_back(std::exp(static_cast<double>(x.data()[first + j])) / sum);
  }
  const auto close = all_close(net.predict(x), expected, sizeof(T) == 4 ? 1e-6 : 1e-14);
  CHECK_MESSAGE(close, close.text);
}

TEST_CASE_TEMPLATE("no number is too large, and -infinity is probability 0", T, float, double) {
  const Network<Softmax, Features<3>, Engine<T>> net;
  const T most = std::numeric_limits<T>::max(), infinity = std::numeric_limits<T>::infinity();
  const auto y = net.predict(xt::xtensor<T, 2>{{most, most, -most}, {-most, 0, -infinity}, {-most, -most, -most}});
  const std::vector<T> expected{T(0.5), T(0.5), 0, 0, 1, 0, T(1) / 3, T(1) / 3, T(1) / 3};
  for (std::size_t i = 0; i < 9; ++i) CHECK(y.data()[i] == doctest::Approx(expected[i]));
}

TEST_CASE_TEMPLATE("NaN in a row is NaN in the whole row and in no other", T, float, double) {
  const Network<Softmax, Features<3>, Engine<T>> net;
  const auto y = net.predict(xt::xtensor<T, 2>{{0, std::numeric_limits<T>::quiet_NaN(), 1}, {1, 1, 1}});
  for (std::size_t j = 0; j < 3; ++j) {
    CHECK(std::isnan(y(0, j)));
    CHECK(y(1, j) == doctest::Approx(1.0 / 3));
  }
}

TEST_CASE("a gradient is orthogonal to the direction in which nothing changes") {
  std::vector<double> none, state;
  const TrainingPass<Softmax, Features<33>> pass({4, 1}, numbers<double>(4 * 33, 2), none, none, state,
                                                 numbers<double>(4 * 33, 3), {});
  for (std::size_t r = 0; r < 4; ++r) {
    const double* const row = &pass.input_gradient[r * 33];
    CHECK(std::abs(std::accumulate(row, row + 33, 0.0)) < 1e-15);
    CHECK(std::abs(*row) > 1e-6);
  }
}
