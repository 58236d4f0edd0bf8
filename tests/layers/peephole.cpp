#include <layers/recurrent_reference.hpp>

using namespace layer_test;

TEST_CASE("LSTM with Peephole keeps the contract of layers and is the published one, with masks too") {
  check_contract<LSTM<3, Peephole>, Sequence<2>>({.extents = {3, 5}});
  check_contract<LSTM<3, Zoneout<0.3, 0.2>, Peephole, RecurrentDropout<0.4>>, Sequence<2>>({.extents = {3, 5}});
  check_against_reference<LSTM<3, Peephole>>({.peepholes = true});
  check_against_reference<LSTM<3, Zoneout<0.3, 0.2>, Peephole, RecurrentDropout<0.4>>>(
      {.candidate = 0.4, .cell = 0.3, .hidden = 0.2, .peepholes = true});
}

TEST_CASE("peepholes are three rows behind PyTorch's tensors, and start in its range") {
  using Net = Network<LSTM<9, Peephole>, Sequence<2>, Engine<float>>;
  CHECK(names<Weights, LSTM<9, Peephole>, Sequence<2>>() ==
        "weight_ih_l0 weight_hh_l0 bias_ih_l0 bias_hh_l0 weight_ci_l0 weight_cf_l0 weight_co_l0");
  const Net net{Seed{3}};
  for (const char* name : {"weight_ci_l0", "weight_cf_l0", "weight_co_l0"}) {
    const auto p = net.tensor(name);
    CHECK(p.size() == 9);
    CHECK(std::all_of(p.begin(), p.end(), [](float v) { return v != 0 && std::abs(v) <= 1.0f / 3; }));
  }
}
