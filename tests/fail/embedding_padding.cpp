// expect: strata::Embedding: PaddingId<id> is no id of the Tokens
#include <strata/strata.hpp>

using namespace strata;

int main() {
  Network<Sequential<Embedding<8, PaddingId<100>>, LSTM<4>>, Tokens<100>, Cpu<float>> net{Seed{1}};
  return static_cast<int>(net.weights().size());
}
