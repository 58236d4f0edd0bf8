// expect: strata::Trainer: a policy for all weights regularizes or clips
#include <strata/strata.hpp>

using namespace strata;

int main() {
  Network<Linear<2>, Features<4>, Cpu<float>> net{Seed{1}};
  Trainer trainer{net, MeanSquaredError{}, SGD{.learning_rate = 0.1}, Freeze{}};
}
