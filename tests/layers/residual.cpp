#include <layers/support.hpp>

using namespace layer_test;

static_assert(std::is_same_v<output_of<Residual<Linear<5>, ReLU>, Sequence<5>>, Sequence<5>>);
static_assert(!Accepts<Residual<Linear<4>, ReLU>, Features<5>>);
static_assert(std::is_same_v<output_of<Residual<Projection, Linear<4>, ReLU>, Sequence<5>>, Sequence<4>>);
static_assert(!Accepts<Residual<Projection, LastStep>, Sequence<5>>);

TEST_CASE("Residual keeps the contract of layers, whatever stands at its ends") {
  check_contract<Residual<Linear<5>>, Features<5>>();
  check_contract<Residual<Linear<5>, ReLU>, Sequence<5>>();
  check_contract<Residual<Tanh>, Features<5>>();
  check_contract<Residual<Dropout<0.5>>, Features<5>>();
  check_contract<Residual<Sigmoid, Linear<3>, BatchNorm, Tanh, Linear<5>>, Features<5>>({.may_vanish = {"1.bias"}});
}

TEST_CASE("Residual keeps the contract inside other containers") {
  check_contract<Sequential<Linear<3>, Residual<Linear<3>, ReLU>, Tanh>, Features<5>>();
  check_contract<Sequential<Tanh, Residual<Residual<Linear<5>, Tanh>, Sigmoid>, Residual<Linear<5>>>, Sequence<5>>();
  check_contract<Residual<Sequential<Linear<3>, Tanh>, Sequential<Linear<5>, Sigmoid>>, Features<5>>();
  check_contract<Sequential<Residual<LSTM<5>>, LastStep>, Sequence<5>>();
}

TEST_CASE("Residual with a projection keeps the contract of layers") {
  check_contract<Residual<Projection, Linear<3>>, Features<5>>();
  check_contract<Residual<Projection, Linear<3>, Tanh>, Sequence<5>>();
  check_contract<Sequential<Tanh, Residual<Projection, LSTM<3>>, Sigmoid>, Sequence<5>>({.seed = 2});
}

TEST_CASE("y = f(x) + x") {
  Network<Residual<Linear<3>, Tanh>, Features<3>, Engine<double>> net{Seed{1}};
  Network<Sequential<Linear<3>, Tanh>, Features<3>, Engine<double>> inner{Seed{1}};
  randomize(net, 1);
  randomize(inner, 1);
  const auto x = array<double, 2>({4, 3}, 2);
  const auto y = net.predict(x), f = inner.predict(x);
  for (std::size_t i = 0; i < x.size(); ++i) CHECK(y.data()[i] == f.data()[i] + x.data()[i]);
  CHECK(names<Weights, Residual<Linear<3>, Tanh>, Features<3>>() == "0.weight 0.bias");
}

TEST_CASE("y = f(x) + x Wᵀ + b with a projection, whose tensors come last") {
  using Net = Residual<Projection, Linear<2>, Tanh>;
  Network<Net, Features<3>, Engine<double>> net;
  Network<Sequential<Linear<2>, Tanh>, Features<3>, Engine<double>> inner;
  Network<Linear<2>, Features<3>, Engine<double>> shortcut;
  randomize(net, 1);
  CHECK(names<Weights, Net, Features<3>>() == "0.weight 0.bias 2.weight 2.bias");
  const auto copy = [&](auto& to, const char* name, const char* from) {
    std::copy(net.tensor(from).begin(), net.tensor(from).end(), to.tensor(name).begin());
  };
  copy(inner, "0.weight", "0.weight");
  copy(inner, "0.bias", "0.bias");
  copy(shortcut, "weight", "2.weight");
  copy(shortcut, "bias", "2.bias");
  const auto x = array<double, 2>({4, 3}, 2);
  const auto y = net.predict(x), f = inner.predict(x), s = shortcut.predict(x);
  for (std::size_t i = 0; i < y.size(); ++i)
    CHECK(y.data()[i] == doctest::Approx(f.data()[i] + s.data()[i]).epsilon(1e-14));
}
