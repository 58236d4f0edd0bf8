// expect: strata::LSTM: at least one hidden unit
#include <strata/strata.hpp>

using namespace strata;

int main() {
  Network<Sequential<LSTM<0>>, Sequence<4>, Cpu<float>> net{Seed{1}};
  return static_cast<int>(net.weights().size());
}
