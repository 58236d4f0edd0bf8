// expect: strata::ClipNorm: the limit must be above 0
#include <strata/strata.hpp>

using namespace strata;

int main() {
  Network<Linear<4>, Features<4>, Cpu<float>> net{Seed{1}};
  Trainer trainer{net, MeanSquaredError{}, SGD{.learning_rate = 0.1}, ClipNorm<0.0>{}};
  return trainer.step(xt::xtensor<float, 2>({1, 4}), xt::xtensor<float, 2>({1, 4})) > 0;
}
