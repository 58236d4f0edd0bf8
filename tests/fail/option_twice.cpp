// expect: strata: a recurrent layer was given the same option twice
#include <strata/strata.hpp>

using namespace strata;

int main() {
  Network<Sequential<LSTM<4, Zoneout<0.1, 0.1>, OutputDropout<0.5>, Zoneout<0.2, 0.0>>>, Sequence<4>, Cpu<float>> net{
      Seed{1}};
  return static_cast<int>(net.weights().size());
}
