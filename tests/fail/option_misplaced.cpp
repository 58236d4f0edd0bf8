// expect: strata: a recurrent layer was given an option that its cell has no place for
#include <strata/strata.hpp>

using namespace strata;

int main() {
  Network<Sequential<GRU<4, Peephole>>, Sequence<4>, Cpu<float>> net{Seed{1}};
  return static_cast<int>(net.weights().size());
}
