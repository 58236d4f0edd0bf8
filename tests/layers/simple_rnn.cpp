#include <layers/recurrent_reference.hpp>

using namespace layer_test;

static_assert(std::is_same_v<output_of<SimpleRNN<3>, Sequence<5>>, Sequence<3>>);
static_assert(!Accepts<SimpleRNN<3>, Features<5>> && !Accepts<SimpleRNN<0>, Sequence<5>>);
static_assert(!Accepts<SimpleRNN<3, RecurrentDropout<0.5>>, Sequence<5>>);

TEST_CASE("SimpleRNN keeps the contract of layers and is Elman's, from any state") {
  check_contract<SimpleRNN<3>, Sequence<5>>();
  check_contract<Sequential<SimpleRNN<3>, SimpleRNN<4>, LastStep, Linear<2>>, Sequence<2>>({.seed = 2});
  check_against_reference<SimpleRNN<5>>({}, Cell::simple);
}

TEST_CASE("SimpleRNN's tensors are named as PyTorch's, and start in its range") {
  CHECK(names<Weights, SimpleRNN<9>, Sequence<2>>() == "weight_ih_l0 weight_hh_l0 bias_ih_l0 bias_hh_l0");
  CHECK(names<State, SimpleRNN<9>, Sequence<2>>() == "h");
  const Network<SimpleRNN<9>, Sequence<2>, Engine<float>> net{Seed{3}};
  for (const char* name : {"weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0"}) {
    const auto w = net.tensor(name);
    CHECK(std::all_of(w.begin(), w.end(), [](float v) { return v != 0 && std::abs(v) <= 1.0f / 3; }));
  }
}
