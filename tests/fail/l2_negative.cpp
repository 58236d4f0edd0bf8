// expect: strata::L2: the factor must not be negative
#include <strata/strata.hpp>

using namespace strata;

int main() {
  Network<Linear<4>, Features<4>, Cpu<float>> net{Seed{1}};
  Trainer trainer{net, MeanSquaredError{}, SGD{.learning_rate = 0.1}, L2<-1.0>{}};
  return trainer.step(xt::xtensor<float, 2>({1, 4}), xt::xtensor<float, 2>({1, 4})) > 0;
}
