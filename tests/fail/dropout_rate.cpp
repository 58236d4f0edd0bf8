// expect: strata::Dropout: the rate is the part that is dropped and must be in \[0, 1\)
#include <strata/strata.hpp>

using namespace strata;

int main() {
  Network<Sequential<Linear<4>, Dropout<1.5>>, Features<4>, Cpu<float>> net{Seed{1}};
  Trainer trainer{net, MeanSquaredError{}, SGD{.learning_rate = 0.1}};
  const auto scores = net.predict(xt::xtensor<float, 2>({1, 4}));
  return scores.size() == 0;
}
