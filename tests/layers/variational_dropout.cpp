#include <layers/recurrent_reference.hpp>

using namespace layer_test;

TEST_CASE("LSTM with VariationalDropout at one place keeps the contract of layers") {
  check_contract<LSTM<5, VariationalDropout<0.5, 0.0, 0.0>>, Sequence<4>>({.extents = {3, 5}});
  check_contract<LSTM<5, VariationalDropout<0.0, 0.5, 0.0>>, Sequence<2>>({.extents = {3, 5}});
  check_contract<LSTM<5, VariationalDropout<0.0, 0.0, 0.5>>, Sequence<2>>({.extents = {3, 5}});
}

TEST_CASE("one mask a sample, the same at all steps, at the rate of each place") {
  using Layer = LSTM<64, VariationalDropout<0.25, 0.5, 0.75>>;
  const std::size_t batch = 200, steps = 3, in = 48, hidden = 64;
  const auto x = numbers<double>(batch * steps * in, 1), w = numbers<double>(256 * in + 256 * hidden + 512, 2),
             gradient = numbers<double>(batch * steps * hidden, 4);
  std::vector<double> none, state = numbers<double>(batch * hidden * 2, 3);
  const TrainingPass<Layer, Sequence<in>> pass({batch, steps}, x, w, none, state, gradient, {.key = philox_key(3)});
  // where a value is dropped its gradient is zero: inputs [batch, steps, in], outputs [steps, batch, hidden], first h
  std::size_t inputs = 0, outputs = 0, states = 0, differ = 0;
  for (std::size_t b = 0; b < batch; ++b) {
    for (std::size_t j = 0; j < in; ++j) {
      inputs += pass.input_gradient[b * steps * in + j] == 0;
      for (std::size_t t = 1; t < steps; ++t) {
        differ +=
            (pass.input_gradient[b * steps * in + j] == 0) != (pass.input_gradient[(b * steps + t) * in + j] == 0);
      }
    }
    for (std::size_t j = 0; j < hidden; ++j) {
      outputs += pass.output[b * hidden + j] == 0;
      for (std::size_t t = 1; t < steps; ++t) {
        differ += (pass.output[b * hidden + j] == 0) != (pass.output[(t * batch + b) * hidden + j] == 0);
      }
      states += pass.state_gradient[b * hidden + j] == 0;
    }
  }
  CHECK(differ == 0);
  const auto check_rate = [](std::size_t count, std::size_t all, double rate) {  // 9,600 and 12,800 samples, 4 σ
    const auto n = static_cast<double>(all);
    CHECK(std::abs(static_cast<double>(count) / n - rate) < 4 * std::sqrt(rate * (1 - rate) / n));
  };
  check_rate(inputs, batch * in, 0.25);
  check_rate(states, batch * hidden, 0.5);
  check_rate(outputs, batch * hidden, 0.75);
}
