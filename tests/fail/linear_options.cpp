// expect: strata::Linear: its options are an initialiser and DropConnect
#include <strata/strata.hpp>

using namespace strata;

int main() {
  Network<Sequential<Linear<4, OutputDropout<0.5>>>, Features<4>, Cpu<float>> net{Seed{1}};
  return static_cast<int>(net.weights().size());
}
