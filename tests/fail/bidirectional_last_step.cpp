// expect: strata::Bidirectional: needs Sequence<N> and a layer that returns one
#include <strata/strata.hpp>

using namespace strata;

int main() {
  Network<Sequential<Bidirectional<Sequential<LSTM<4>, LastStep>>>, Sequence<4>, Cpu<float>> net{Seed{1}};
  return static_cast<int>(net.weights().size());
}
