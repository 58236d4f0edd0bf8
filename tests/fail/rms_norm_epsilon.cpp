// expect: strata::RMSNorm: epsilon must be above 0
#include <strata/strata.hpp>

using namespace strata;

int main() {
  Network<Sequential<Linear<4>, RMSNormWith<-1e-6>>, Features<4>, Cpu<float>> net{Seed{1}};
  return static_cast<int>(net.weights().size());
}
