// expect: strata::GaussianNoise: sigma is a standard deviation
#include <strata/strata.hpp>

using namespace strata;

int main() {
  Network<Sequential<Linear<4>, GaussianNoise<-0.5>>, Features<4>, Cpu<float>> net{Seed{1}};
  Trainer trainer{net, MeanSquaredError{}, SGD{.learning_rate = 0.1}};
  const auto scores = net.predict(xt::xtensor<float, 2>({1, 4}));
  return scores.size() == 0;
}
