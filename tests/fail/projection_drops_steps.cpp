// expect: strata::Residual: a Projection needs inner layers that keep the steps
#include <strata/strata.hpp>

using namespace strata;

int main() {
  Network<Residual<Projection, LSTM<4>, LastStep>, Sequence<4>, Cpu<float>> net{Seed{1}};
  Trainer trainer{net, MeanSquaredError{}, SGD{.learning_rate = 0.1}};
  const auto scores = net.predict(xt::xtensor<float, 2>({1, 4}));
  return scores.size() == 0;
}
