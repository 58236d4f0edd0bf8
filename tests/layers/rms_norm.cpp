#include <layers/support.hpp>

#include <limits>

using namespace layer_test;

static_assert(std::is_same_v<output_of<RMSNorm, Sequence<5>>, Sequence<5>>);
static_assert(!Accepts<RMSNorm, Tokens<5>> && !Accepts<RMSNorm, Image<1, 2, 3>>);
static_assert(!Accepts<RMSNormWith<0.0>, Features<5>> && !Accepts<RMSNormWith<-1.0>, Features<5>>);

namespace {
template <class L, class T>
void check_prediction(double epsilon, double scale) {
  Network<L, Sequence<19>, Engine<T>> net;
  randomize(net, 4);
  auto x = array<T, 3>({2, 3, 19}, 5);
  for (T& v : x) v *= static_cast<T>(scale);
  const auto gain = net.tensor("weight");
  std::vector<double> expected;
  for (std::size_t first = 0; first < x.size(); first += 19) {
    double squares = 0;
    for (std::size_t j = 0; j < 19; ++j) squares += std::pow(static_cast<double>(x.data()[first + j]), 2);
    for (std::size_t j = 0; j < 19; ++j) {
      expected.push_back(static_cast<double>(x.data()[first + j]) / std::sqrt(squares / 19 + epsilon) *
                         static_cast<double>(gain[j]));
    }
  }
  const auto close = all_close(net.predict(x), expected, sizeof(T) == 4 ? 1e-6 : 1e-14);
  CHECK_MESSAGE(close, close.text);
}
}  // namespace

TEST_CASE("RMSNorm keeps the contract of layers") {
  check_contract<RMSNorm, Features<5>>();
  check_contract<RMSNorm, Sequence<5>>();
  check_contract<RMSNormWith<0.5>, Features<3>>();
  check_contract<Sequential<RMSNorm, Residual<RMSNorm, Linear<5>>>, Sequence<5>>();
}

TEST_CASE_TEMPLATE("every step of every sample is divided by the root of its mean square", T, float, double) {
  check_prediction<RMSNormWith<0.25>, T>(0.25, 1);
  check_prediction<RMSNorm, T>(static_cast<double>(std::numeric_limits<T>::epsilon()), 1);
  check_prediction<RMSNorm, T>(static_cast<double>(std::numeric_limits<T>::epsilon()), sizeof(T) == 4 ? 1e-4 : 1e-8);
}

TEST_CASE("names, attributes and first values are PyTorch's") {
  CHECK(names<Weights, RMSNorm, Features<3>>() == "weight");
  CHECK_FALSE((segments<Weights, RMSNorm, Features<3>>[0].attributes.decayed));
  const Network<RMSNorm, Features<3>, Engine<float>> net;
  for (const float w : net.tensor("weight")) CHECK(w == 1);
}

TEST_CASE("weight gradients are the same where nobody wants that of the input") { check_first_layer<RMSNorm>(); }

TEST_CASE("a row of zeros stays zero and has a finite gradient") {
  std::vector<double> w(16, 2.0), statistics, state;
  const TrainingPass<RMSNormWith<1e-4>, Features<2>> pass({1, 1}, {0, 0}, w, statistics, state, {1, 3}, {});
  CHECK(pass.output == std::vector<double>{0, 0});
  CHECK(pass.input_gradient[0] == doctest::Approx(2 * 100));
  CHECK(pass.input_gradient[1] == doctest::Approx(6 * 100));
}
