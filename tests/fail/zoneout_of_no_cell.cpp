// expect: strata: a recurrent layer was given an option that its cell has no place for
#include <strata/strata.hpp>

using namespace strata;

int main() {
  Network<Sequential<SimpleRNN<4, Zoneout<0.1, 0.1>>>, Sequence<4>, Cpu<float>> net{Seed{1}};
  return static_cast<int>(net.weights().size());
}
