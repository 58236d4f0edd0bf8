// expect: strata::Residual: at least one layer inside, behind Projection
#include <strata/strata.hpp>

using namespace strata;

int main() {
  Network<Sequential<Linear<4>, Residual<Projection>>, Features<4>, Cpu<float>> net{Seed{1}};
  return static_cast<int>(net.weights().size());
}
