// expect: strata::RMSNorm: needs Features<N> or Sequence<N> of numbers
#include <strata/strata.hpp>

using namespace strata;

int main() {
  Network<Sequential<RMSNorm, Linear<4>>, Image<1, 4, 4>, Cpu<float>> net{Seed{1}};
  return static_cast<int>(net.weights().size());
}
