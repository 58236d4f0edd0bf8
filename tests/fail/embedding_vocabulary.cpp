// expect: strata::Embedding: at most 2\^24 ids
#include <strata/strata.hpp>

using namespace strata;

int main() {
  Network<Embedding<8>, Tokens<16'777'217>, Cpu<float>> net{Seed{1}};
  return static_cast<int>(net.weights().size());
}
