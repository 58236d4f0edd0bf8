// expect: strata::LSTM: needs Sequence<N>
// mention: Classifier
#include <strata/strata.hpp>

using namespace strata;

struct Classifier : Sequential<LSTM<4>, LastStep, LSTM<4>, Linear<2>> {};

int main() {
  Network<Classifier, Sequence<4>, Cpu<float>> net{Seed{1}};
  Trainer trainer{net, MeanSquaredError{}, SGD{.learning_rate = 0.1}};
  const auto scores = net.predict(xt::xtensor<float, 2>({1, 4}));
  return scores.size() == 0;
}
