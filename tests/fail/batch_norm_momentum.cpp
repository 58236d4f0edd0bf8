// expect: strata::BatchNorm: the momentum is the weight of the newest batch
#include <strata/strata.hpp>

using namespace strata;

int main() {
  Network<BatchNormWith<1e-5, 1.5>, Features<4>, Cpu<float>> net{Seed{1}};
  return static_cast<int>(net.weights().size());
}
