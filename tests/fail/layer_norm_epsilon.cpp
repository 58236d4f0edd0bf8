// expect: strata::LayerNorm: epsilon must be above 0
#include <strata/strata.hpp>

using namespace strata;

int main() {
  Network<Sequential<Linear<4>, LayerNormWith<0.0>>, Features<4>, Cpu<float>> net{Seed{1}};
  return static_cast<int>(net.weights().size());
}
