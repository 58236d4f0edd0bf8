// expect: strata::Trainer: two policies contradict each other
#include <strata/strata.hpp>

using namespace strata;

int main() {
  Network<Linear<2>, Features<4>, Cpu<float>> net{Seed{1}};
  Trainer trainer{net, MeanSquaredError{}, SGD{.learning_rate = 0.1}, ClipNorm<1.0>{}, ClipValue<0.5>{}};
  trainer.step(xt::xtensor<float, 2>({1, 4}), xt::xtensor<float, 2>({1, 2}));
}
