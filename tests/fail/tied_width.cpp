// expect: strata::Tied: the first layer must be an Embedding, and the last return as many features
#include <strata/strata.hpp>

using namespace strata;

int main() {
  Network<Tied<Embedding<8>, LSTM<4>>, Tokens<100>, Cpu<float>> net{Seed{1}};
  Trainer trainer{net, CrossEntropy{}, SGD{.learning_rate = 0.1}};
  return static_cast<int>(net.weights().size());
}
