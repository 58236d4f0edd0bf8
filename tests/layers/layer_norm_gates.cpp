#include <layers/recurrent_reference.hpp>

using namespace layer_test;

namespace {
template <std::size_t Hidden>
using AllMasks = LSTM<Hidden, LayerNormGates, Zoneout<0.3, 0.2>, DropConnect<0.25>, Peephole, VariationalDropout<0.25>,
                      RecurrentDropout<0.4>, OutputDropout<0.5>>;
}

TEST_CASE("LSTM with LayerNormGates keeps the contract of layers, with all other options too") {
  check_contract<LSTM<3, LayerNormGates>, Sequence<2>>({.extents = {3, 5}});
  check_contract<LSTM<3, Zoneout<0.3, 0.2>, LayerNormGates>, Sequence<2>>({.extents = {3, 5}});
  check_contract<AllMasks<3>, Sequence<2>>({.extents = {3, 5}});
}

TEST_CASE("LayerNormGates is the published cell, with masks and peepholes where they act without it") {
  check_against_reference<LSTM<5, LayerNormGates>>({.normalized = true});
  check_against_reference<LSTM<5, LayerNormGates, Peephole>>({.peepholes = true, .normalized = true});
  check_against_reference<LSTM<5, LayerNormGates, Zoneout<0.3, 0.2>>>({.cell = 0.3, .hidden = 0.2, .normalized = true});
  check_against_reference<AllMasks<5>>({.candidate = 0.4,
                                        .cell = 0.3,
                                        .hidden = 0.2,
                                        .output = 0.5,
                                        .variational = 0.25,
                                        .connect = 0.25,
                                        .peepholes = true,
                                        .normalized = true});
}

TEST_CASE("gains begin as 1, the cell's shift as 0, and the gates do not see the scale of the weights") {
  using Layer = LSTM<9, LayerNormGates>;
  CHECK(names<Weights, Layer, Sequence<2>>() ==
        "weight_ih_l0 weight_hh_l0 bias_ih_l0 bias_hh_l0 weight_ln_ih_l0 weight_ln_hh_l0 weight_ln_c_l0 bias_ln_c_l0");
  Network<Layer, Sequence<2>, Engine<double>> net{Seed{3}};
  for (const char* name : {"weight_ln_ih_l0", "weight_ln_hh_l0", "weight_ln_c_l0"}) {
    const auto gain = net.tensor(name);
    CHECK(std::all_of(gain.begin(), gain.end(), [](double v) { return v == 1; }));
  }
  const auto shift = net.tensor("bias_ln_c_l0");
  CHECK(std::all_of(shift.begin(), shift.end(), [](double v) { return v == 0; }));

  const auto x = array<double, 3>({2, 6, 2}, 1);
  const auto before = net.predict(x);
  auto recurrent = net.tensor("weight_hh_l0");
  for (double& v : recurrent) v *= 1000;
  const auto after = net.predict(x);
  CHECK(all_close(after, before, 0.1).text == "");  // but for epsilon, and the first step's product, which is zero
}
