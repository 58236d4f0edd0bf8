#include <layers/recurrent_reference.hpp>

using namespace layer_test;

static_assert(std::is_same_v<output_of<GRU<3>, Sequence<5>>, Sequence<3>>);
static_assert(!Accepts<GRU<3>, Features<5>> && !Accepts<GRU<3>, Tokens<5>> && !Accepts<GRU<0>, Sequence<5>>);

TEST_CASE("GRU keeps the contract of layers, initial state included") {
  check_contract<GRU<3>, Sequence<5>>();
  check_contract<GRU<6>, Sequence<2>>({.seed = 3});
  check_contract<Sequential<GRU<3>, GRU<4>, LastStep, Linear<2>>, Sequence<2>>({.seed = 2});
}

TEST_CASE("GRU's tensors are named as PyTorch's, and start in its range") {
  CHECK(names<Weights, GRU<9>, Sequence<2>>() == "weight_ih_l0 weight_hh_l0 bias_ih_l0 bias_hh_l0");
  CHECK(names<State, GRU<9>, Sequence<2>>() == "h");
  const Network<GRU<9>, Sequence<2>, Engine<float>> net{Seed{3}};
  CHECK(net.tensor("weight_ih_l0").size() == 27 * 2);
  CHECK(net.tensor("weight_hh_l0").size() == 27 * 9);
  for (const char* name : {"weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0"}) {
    const auto w = net.tensor(name);
    CHECK(std::all_of(w.begin(), w.end(), [](float v) { return v != 0 && std::abs(v) <= 1.0f / 3; }));
  }
}

TEST_CASE("GRU shows its gates, and steps as it predicts") {
  Network<GRU<4>, Sequence<2>, Engine<double>> net;
  randomize(net, 1);
  const auto x = array<double, 3>({1, 6, 2}, 2);
  const auto whole = net.predict(x);
  typename decltype(net)::session session;
  std::vector<double> y(4), all;
  for (std::size_t t = 0; t < 6; ++t) {
    net.step(session, std::span<const double, 2>(x.data() + 2 * t, 2), std::span<double, 4>(y));
    all.insert(all.end(), y.begin(), y.end());
  }
  CHECK(all_close(all, whole, 1e-14));

  struct Gates : Observer<double> {
    std::vector<double> gates;
    void see(const Observation<double>& o) override {
      if (std::string(o.what) == "gates") gates.assign(o.data, o.data + o.rows * o.columns);
    }
  } observer;
  net.observe(x, observer);
  REQUIRE(observer.gates.size() == 6 * 12);
  // h = (1 - z) n + z h′
  for (std::size_t t = 1; t < 6; ++t) {
    for (std::size_t j = 0; j < 4; ++j) {
      const double z = observer.gates[t * 12 + 4 + j], n = observer.gates[t * 12 + 8 + j];
      CHECK(whole.data()[t * 4 + j] == doctest::Approx((1 - z) * n + z * whole.data()[(t - 1) * 4 + j]));
    }
  }
}
