#include <layers/support.hpp>

using namespace layer_test;

TEST_CASE("the forget gate's biases begin as told, together; all others as without the option") {
  const Network<LSTM<5>, Sequence<2>, Engine<float>> plain{Seed{3}};
  static_assert(ForgetBias<1>::forget_bias == 1.0);
  const Network<LSTM<5, ForgetBias<1.5>>, Sequence<2>, Engine<float>> net{Seed{3}};
  const auto ih = net.tensor("bias_ih_l0"), hh = net.tensor("bias_hh_l0");
  for (std::size_t j = 0; j < 20; ++j) {
    const bool forget = j / 5 == 1;
    CHECK(ih[j] == (forget ? 1.5f : plain.tensor("bias_ih_l0")[j]));
    CHECK(hh[j] == (forget ? 0.0f : plain.tensor("bias_hh_l0")[j]));
  }
  CHECK(all_close(net.tensor("weight_hh_l0"), plain.tensor("weight_hh_l0"), 0));
}
