// expect: strata::Residual: the inner layers must return the shape they are given
#include <strata/strata.hpp>

using namespace strata;

int main() {
  Network<Sequential<Residual<Linear<8>, ReLU>, Linear<2>>, Features<4>, Cpu<float>> net{Seed{1}};
  Trainer trainer{net, MeanSquaredError{}, SGD{.learning_rate = 0.1}};
  const auto scores = net.predict(xt::xtensor<float, 2>({1, 4}));
  return scores.size() == 0;
}
