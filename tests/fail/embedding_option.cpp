// expect: strata::Embedding: behind the width stand PaddingId<id> and DenseGradient, nothing else
#include <strata/strata.hpp>

using namespace strata;

int main() {
  Network<Embedding<8, Freeze>, Tokens<100>, Cpu<float>> net{Seed{1}};
  return static_cast<int>(net.weights().size());
}
