// expect: strata::Linear: its options are an initialiser and DropConnect<rate>
#include <strata/strata.hpp>

using namespace strata;

int main() {
  Network<Linear<4, ReLU>, Features<4>, Cpu<float>> net{Seed{1}};
  return static_cast<int>(net.weights().size());
}
