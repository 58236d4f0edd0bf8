// expect: strata::Trainer: this loss takes scores and has a softmax of its own
#include <strata/strata.hpp>

using namespace strata;

int main() {
  Network<Sequential<Linear<4>, ReLU, Sequential<Linear<3>, Softmax>>, Features<5>, Cpu<float>> net{Seed{1}};
  Trainer trainer{net, CrossEntropy{}, Adam{}};
}
