// expect: strata::Embedding: needs Tokens<V>, integer ids below V
#include <strata/strata.hpp>

using namespace strata;

int main() {
  Network<Sequential<Embedding<8>, LSTM<4>>, Sequence<1>, Cpu<float>> net{Seed{1}};
  Trainer trainer{net, MeanSquaredError{}, SGD{.learning_rate = 0.1}};
  const auto scores = net.predict(xt::xtensor<float, 3>({1, 4, 1}));
  return scores.size() == 0;
}
