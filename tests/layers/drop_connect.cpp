#include <layers/recurrent_reference.hpp>

using namespace layer_test;

TEST_CASE("LSTM with DropConnect keeps the contract of layers and is the published one") {
  check_contract<LSTM<5, DropConnect<0.5>>, Sequence<2>>({.extents = {3, 5}});
  check_against_reference<LSTM<5, DropConnect<0.5>>>({.connect = 0.5});
}

TEST_CASE("recurrent weights are dropped at the rate, the same for every sample and part of a batch") {
  using Layer = LSTM<64, DropConnect<0.25>>;
  const std::size_t batch = 6, steps = 4, hidden = 64, recurrent = 4 * hidden * hidden;
  const auto x = numbers<double>(batch * steps, 1), w = numbers<double>(4 * hidden + recurrent + 8 * hidden, 2),
             gradient = numbers<double>(batch * steps * hidden, 4);
  const auto zeros = [&](std::uint32_t step, std::size_t first_sample) {
    std::vector<double> none, state = numbers<double>(batch * hidden * 2, 3);
    const TrainingPass<Layer, Sequence<1>> pass({batch, steps}, x, w, none, state, gradient,
                                                {.key = philox_key(3), .step = step}, first_sample);
    std::vector<bool> dropped(recurrent);
    for (std::size_t i = 0; i < recurrent; ++i) dropped[i] = pass.weight_gradient[4 * hidden + i] == 0;
    return dropped;
  };
  const auto first = zeros(0, 0);
  CHECK(first == zeros(0, 100));
  CHECK(first != zeros(1, 0));
  const auto n = static_cast<double>(recurrent);  // 16,384 samples, 4 σ
  CHECK(std::abs(static_cast<double>(std::count(first.begin(), first.end(), true)) / n - 0.25) <
        4 * std::sqrt(0.25 * 0.75 / n));
}
