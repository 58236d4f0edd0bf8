#include <layers/support.hpp>

using namespace layer_test;

static_assert(std::is_same_v<output_of<LayerNorm, Sequence<5>>, Sequence<5>>);
static_assert(!Accepts<LayerNorm, Tokens<5>> && !Accepts<LayerNorm, Image<1, 2, 3>>);
static_assert(!Accepts<LayerNormWith<0.0>, Features<5>> && !Accepts<LayerNormWith<-1.0>, Features<5>>);

TEST_CASE("LayerNorm keeps the contract of layers") {
  check_contract<LayerNorm, Features<5>>();
  check_contract<LayerNorm, Sequence<5>>();
  check_contract<LayerNormWith<0.5>, Features<3>>();
  check_contract<Sequential<Linear<3>, LayerNorm, Tanh>, Features<5>>();
  check_contract<Sequential<LayerNorm, Residual<LayerNorm, Linear<5>>>, Sequence<5>>();
}

TEST_CASE_TEMPLATE("every step of every sample is normalized by itself", T, float, double) {
  Network<LayerNormWith<0.25>, Sequence<19>, Engine<T>> net;
  randomize(net, 4);
  const auto x = array<T, 3>({2, 3, 19}, 5);
  const auto gain = net.tensor("weight"), shift = net.tensor("bias");
  std::vector<double> expected;
  for (std::size_t first = 0; first < x.size(); first += 19) {
    double mean = 0, variance = 0;
    for (std::size_t j = 0; j < 19; ++j) mean += static_cast<double>(x.data()[first + j]) / 19;
    for (std::size_t j = 0; j < 19; ++j) variance += std::pow(static_cast<double>(x.data()[first + j]) - mean, 2) / 19;
    for (std::size_t j = 0; j < 19; ++j) {
      const double normal = (static_cast<double>(x.data()[first + j]) - mean) / std::sqrt(variance + 0.25);
      expected.push_back(normal * static_cast<double>(gain[j]) + static_cast<double>(shift[j]));
    }
  }
  const auto close = all_close(net.predict(x), expected, sizeof(T) == 4 ? 1e-6 : 1e-14);
  CHECK_MESSAGE(close, close.text);
}

TEST_CASE("names, attributes and first values are PyTorch's") {
  CHECK(names<Weights, LayerNorm, Features<3>>() == "weight bias");
  CHECK(names<Statistics, LayerNorm, Features<3>>().empty());
  for (const Segment& s : segments<Weights, LayerNorm, Features<3>>) CHECK_FALSE(s.attributes.decayed);
  const Network<LayerNorm, Features<3>, Engine<float>> net;
  for (std::size_t j = 0; j < 3; ++j) {
    CHECK(net.tensor("weight")[j] == 1);
    CHECK(net.tensor("bias")[j] == 0);
  }
}

TEST_CASE("weight gradients are the same where nobody wants that of the input") { check_first_layer<LayerNorm>(); }

TEST_CASE("rows of equal numbers give the bias and a finite gradient") {
  std::vector<double> w(32, 1.0), statistics, state;
  const TrainingPass<LayerNorm, Features<3>> pass({2, 1}, {7, 7, 7, 0, 0, 0}, w, statistics, state, {1, 2, 4, 1, 2, 4},
                                                  {});
  CHECK(pass.output == std::vector<double>(6, 1.0));
  for (std::size_t i = 0; i < 6; ++i) {
    const double g = std::vector<double>{1, 2, 4}[i % 3];
    CHECK(pass.input_gradient[i] == doctest::Approx((g - 7.0 / 3) / std::sqrt(1e-5)).epsilon(1e-12));
  }
}
