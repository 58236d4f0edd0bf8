// expect: strata::Trainer: an optimizer is missing behind the loss
#include <strata/strata.hpp>

using namespace strata;

int main() {
  Network<Linear<2>, Features<4>, Cpu<float>> net{Seed{1}};
  Trainer trainer{net, MeanSquaredError{}};
}
