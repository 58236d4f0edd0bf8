// expect: strata::LeakyReLU: the slope must be above 0
#include <strata/strata.hpp>

using namespace strata;

int main() {
  Network<Sequential<Linear<4>, LeakyReLU<-0.1>>, Features<4>, Cpu<float>> net{Seed{1}};
  return static_cast<int>(net.weights().size());
}
