#include <layers/recurrent_reference.hpp>

using namespace layer_test;

TEST_CASE("LSTM with Zoneout keeps the contract of layers and is the published one, of either state alone") {
  check_contract<LSTM<3, Zoneout<0.4, 0.0>>, Sequence<2>>({.extents = {3, 5}});
  check_contract<LSTM<5, Zoneout<0.0, 0.3>>, Sequence<2>>({.extents = {3, 5}});
  check_against_reference<LSTM<3, Zoneout<0.4, 0.0>>>({.cell = 0.4});
  check_against_reference<LSTM<3, Zoneout<0.0, 0.3>>>({.hidden = 0.3});
}

TEST_CASE("elements of the hidden state stay at the rate, each at each step anew") {
  // 300 samples of 100 units and 4 steps with a state of 2, where no new value of h can be: 4 σ of a binomial
  using Layer = LSTM<100, Zoneout<0.0, 0.3>>;
  const std::size_t batch = 300, steps = 4, n = batch * 100;
  const std::vector<double> x(batch * steps), none_given(batch * steps * 100),
      w(padded(400) + 400 * 100 + 2 * padded(400));
  std::vector<double> none, state(batch * padded(100) * 2);
  std::fill_n(state.begin(), n, 2.0);
  const TrainingPass<Layer, Sequence<1>> pass({batch, steps}, x, w, none, state, none_given, {.key = philox_key(3)});
  double share = 1;
  for (std::size_t t = 0; t < steps; ++t) {
    share *= 0.3;
    const auto stayed = std::count(pass.output.begin() + static_cast<long>(t * n),
                                   pass.output.begin() + static_cast<long>((t + 1) * n), 2.0);
    CHECK(std::abs(static_cast<double>(stayed) / static_cast<double>(n) - share) <
          4 * std::sqrt(share * (1 - share) / static_cast<double>(n)));
  }
}
