#include <layers/support.hpp>

using namespace layer_test;

static_assert(std::is_same_v<output_of<Linear<3>, Features<5>>, Features<3>>);
static_assert(std::is_same_v<output_of<Linear<3>, Sequence<5>>, Sequence<3>>);
static_assert(!Accepts<Linear<3>, Image<1, 2, 2>> && !Accepts<Linear<3>, Tokens<7>> && !Accepts<Linear<3>, NoShape>);

TEST_CASE("Linear keeps the contract of layers") {
  check_contract<Linear<3>, Features<5>>();
  check_contract<Linear<7>, Sequence<2>>();
}

TEST_CASE_TEMPLATE("Linear is x Wᵀ + b", T, float, double) {
  Network<Linear<3>, Features<5>, Engine<T>> net;
  randomize(net, 1);
  const auto x = array<T, 2>({4, 5}, 2);
  const auto w = net.tensor("weight"), b = net.tensor("bias");
  std::vector<double> expected;
  for (std::size_t i = 0; i < 4; ++i) {
    for (std::size_t u = 0; u < 3; ++u) {
      double sum = b[u];
      for (std::size_t k = 0; k < 5; ++k) sum += static_cast<double>(x(i, k)) * static_cast<double>(w[u * 5 + k]);
      expected.push_back(sum);
    }
  }
  const auto close = all_close(net.predict(x), expected, sizeof(T) == 4 ? 1e-6 : 1e-15);
  CHECK_MESSAGE(close, close.text);
}

TEST_CASE("Linear names and decays as PyTorch users expect") {
  CHECK(names<Weights, Linear<3>, Features<5>>() == "weight bias");
  constexpr auto all = segments<Weights, Linear<3>, Features<5>>;
  CHECK(all[0].attributes.decayed);
  CHECK_FALSE(all[1].attributes.decayed);
  CHECK(all[0].shape[0] == 3);
  CHECK(all[0].shape[1] == 5);
}

TEST_CASE("Linear starts uniform in the Glorot bound with zero biases") {
  Network<Linear<30>, Features<50>, Engine<double>> net{Seed{5}};
  double most = 0;
  for (const double w : net.tensor("weight")) most = std::max(most, std::abs(w));
  const double bound = std::sqrt(6.0 / 80);
  CHECK(most <= bound);
  CHECK(most > 0.98 * bound);
  for (const double b : net.tensor("bias")) CHECK(b == 0);
  Network<Linear<30, HeUniform>, Features<50>, Engine<double>> he{Seed{5}};
  for (const double w : he.tensor("weight")) most = std::max(most, std::abs(w));
  CHECK(most > 0.98 * std::sqrt(6.0 / 50));
}
