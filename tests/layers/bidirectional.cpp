#include <layers/support.hpp>

using namespace layer_test;

static_assert(std::is_same_v<output_of<Bidirectional<LSTM<3>>, Sequence<5>>, Sequence<6>>);
static_assert(!Accepts<Bidirectional<LSTM<3>>, Features<5>> && !Accepts<Bidirectional<LastStep>, Sequence<5>>);

TEST_CASE("Bidirectional keeps the contract of layers, alone, inside others and around them") {
  check_contract<Bidirectional<LSTM<3>>, Sequence<2>>({.extents = {3, 5}});
  check_contract<Sequential<Linear<4>, Bidirectional<GRU<3>>, SimpleRNN<2>, LastStep>, Sequence<2>>();
  check_contract<Bidirectional<Sequential<GRU<3, Zoneout<0.0, 0.2>>, Tanh, Linear<2>>>, Sequence<2>>();
  check_contract<Bidirectional<Bidirectional<LSTM<2, OutputDropout<0.5>>>>, Sequence<2>>({.seed = 2});
}

TEST_CASE("one half reads from the beginning, the other from the end") {
  Network<Bidirectional<LSTM<4>>, Sequence<3>, Engine<double>> both;
  randomize(both, 1);
  CHECK(names<Weights, Bidirectional<GRU<4>>, Sequence<3>>() ==
        "0.weight_ih_l0 0.weight_hh_l0 0.bias_ih_l0 0.bias_hh_l0 1.weight_ih_l0 1.weight_hh_l0 1.bias_ih_l0 "
        "1.bias_hh_l0");
  const std::size_t batch = 2, steps = 6;
  const auto x = array<double, 3>({batch, steps, 3}, 2);
  xt::xtensor<double, 3> reversed({batch, steps, 3});
  for (std::size_t b = 0; b < batch; ++b)
    for (std::size_t t = 0; t < steps; ++t)
      std::copy_n(x.data() + (b * steps + steps - 1 - t) * 3, 3, reversed.data() + (b * steps + t) * 3);
  const auto y = both.predict(x);
  for (const bool from_end : {false, true}) {
    Network<LSTM<4>, Sequence<3>, Engine<double>> one;
    for (const char* name : {"weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0"}) {
      const auto from = both.tensor(std::string(from_end ? "1." : "0.") + name);
      std::copy(from.begin(), from.end(), one.tensor(name).begin());
    }
    const auto alone = one.predict(from_end ? reversed : x);
    for (std::size_t b = 0; b < batch; ++b) {
      for (std::size_t t = 0; t < steps; ++t) {
        for (std::size_t j = 0; j < 4; ++j) {
          const std::size_t s = from_end ? steps - 1 - t : t;
          CHECK(y(b, t, (from_end ? 4 : 0) + j) == doctest::Approx(alone(b, s, j)).epsilon(1e-13));
        }
      }
    }
  }
}
