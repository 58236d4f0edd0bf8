#include <layers/recurrent_reference.hpp>

using namespace layer_test;

TEST_CASE("LSTM with RecurrentDropout keeps the contract of layers and is the published one") {
  check_contract<LSTM<5, RecurrentDropout<0.5>>, Sequence<2>>({.extents = {3, 5}});
  check_against_reference<LSTM<5, RecurrentDropout<0.5>>>({.candidate = 0.5});
}

TEST_CASE("candidates are dropped at the rate, and what is remembered is not") {
  // c = f · c′ + i · m · g with all weights zero but b_g = 1: i = f = o = 1/2, so c - c′ / 2 is 0 or tanh(1) / 1.4
  using Layer = LSTM<100, RecurrentDropout<0.3>>;
  const std::size_t batch = 200, steps = 3, n = batch * 100;
  const std::vector<double> x(batch * steps), no_gradient(batch * steps * 100);
  std::vector<double> none, state(batch * padded(100) * 2), w(padded(400) + 400 * 100 + 2 * padded(400));
  std::fill_n(w.begin() + static_cast<long>(padded(400) + 400 * 100 + 200), 100, 1.0);
  const TrainingPass<Layer, Sequence<1>> pass({batch, steps}, x, w, none, state, no_gradient, {.key = philox_key(3)});
  std::vector<double> c(n);
  std::size_t dropped = 0, wrong = 0;
  for (std::size_t t = 0; t < steps; ++t) {
    for (std::size_t i = 0; i < n; ++i) {
      const double now = std::atanh(2 * pass.output[t * n + i]), added = now - c[i] / 2;
      dropped += std::abs(added) < 1e-9;
      wrong += std::abs(added) > 1e-9 && std::abs(added - std::tanh(1.0) / 1.4) > 1e-9;
      c[i] = now;
    }
  }
  CHECK(wrong == 0);
  const auto all = static_cast<double>(n * steps);  // 60,000 samples, 4 σ
  CHECK(std::abs(static_cast<double>(dropped) / all - 0.3) < 4 * std::sqrt(0.3 * 0.7 / all));
}
