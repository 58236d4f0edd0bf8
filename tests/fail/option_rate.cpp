// expect: strata: rates of a recurrent layer's options are the part that is dropped
#include <strata/strata.hpp>

using namespace strata;

int main() {
  Network<Sequential<LSTM<4, OutputDropout<1.0>>>, Sequence<4>, Cpu<float>> net{Seed{1}};
  return static_cast<int>(net.weights().size());
}
