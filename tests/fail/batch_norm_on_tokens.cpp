// expect: strata::BatchNorm: needs Features<N> or Sequence<N> of numbers
#include <strata/strata.hpp>

using namespace strata;

int main() {
  Network<Sequential<BatchNorm, Linear<4>>, Tokens<100>, Cpu<float>> net{Seed{1}};
  Trainer trainer{net, MeanSquaredError{}, SGD{.learning_rate = 0.1}};
  const auto scores = net.predict(xt::xtensor<float, 2>({1, 4}));
  return scores.size() == 0;
}
