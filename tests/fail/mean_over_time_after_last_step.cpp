// expect: strata::MeanOverTime: needs Sequence<N>.*Common mistake: a LastStep before it
#include <strata/strata.hpp>

using namespace strata;

int main() {
  Network<Sequential<LSTM<4>, LastStep, MeanOverTime, Linear<2>>, Sequence<4>, Cpu<float>> net{Seed{1}};
  Trainer trainer{net, MeanSquaredError{}, SGD{.learning_rate = 0.1}};
  const auto scores = net.predict(xt::xtensor<float, 2>({1, 4}));
  return scores.size() == 0;
}
