// expect: strata::Embedding: PaddingId<id> and DenseGradient may be given once each
#include <strata/strata.hpp>

using namespace strata;

int main() {
  Network<Embedding<8, PaddingId<3>, PaddingId<5>>, Tokens<100>, Cpu<float>> net{Seed{1}};
  return static_cast<int>(net.weights().size());
}
