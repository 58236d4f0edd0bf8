#include <layers/recurrent_reference.hpp>

using namespace layer_test;

TEST_CASE("LSTM with OutputDropout keeps the contract of layers and is the published one") {
  check_contract<LSTM<5, OutputDropout<0.5>>, Sequence<2>>({.extents = {3, 5}});
  check_against_reference<LSTM<5, OutputDropout<0.5>>>({.output = 0.5});
}

TEST_CASE("outputs are dropped at the rate and scaled, each step anew; the recurrence is not") {
  using Plain = LSTM<64>;
  using Layer = LSTM<64, OutputDropout<0.25>>;
  const std::size_t batch = 50, steps = 6, n = batch * steps * 64;
  const auto x = numbers<double>(batch * steps, 1), w = numbers<double>(padded(256) + 256 * 64 + 2 * 256, 2);
  const std::vector<double> no_gradient(n);
  std::vector<double> none, state(batch * 64 * 2), state_of_plain = state;
  const Counters<double> counters{.key = philox_key(3)};
  const TrainingPass<Layer, Sequence<1>> pass({batch, steps}, x, w, none, state, no_gradient, counters);
  const TrainingPass<Plain, Sequence<1>> plain({batch, steps}, x, w, none, state_of_plain, no_gradient, counters);
  CHECK(all_close(state, state_of_plain, 1e-13));
  std::size_t dropped = 0, wrong = 0;
  for (std::size_t i = 0; i < n; ++i) {
    dropped += pass.output[i] == 0;
    wrong += pass.output[i] != 0 && std::abs(pass.output[i] - plain.output[i] / 0.75) > 1e-12;
  }
  CHECK(wrong == 0);
  // 19,200 samples, 4 σ
  CHECK(std::abs(static_cast<double>(dropped) / static_cast<double>(n) - 0.25) <
        4 * std::sqrt(0.25 * 0.75 / static_cast<double>(n)));
}
