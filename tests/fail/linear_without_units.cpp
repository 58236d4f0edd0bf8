// expect: strata::Linear: at least one unit
#include <strata/strata.hpp>

using namespace strata;

int main() {
  Network<Sequential<Linear<0>>, Features<4>, Cpu<float>> net{Seed{1}};
  return static_cast<int>(net.weights().size());
}
