// expect: strata::LayerNorm: needs Features<N> or Sequence<N> of numbers
#include <strata/strata.hpp>

using namespace strata;

int main() {
  Network<Sequential<LayerNorm, Linear<4>>, Tokens<100>, Cpu<float>> net{Seed{1}};
  return static_cast<int>(net.weights().size());
}
