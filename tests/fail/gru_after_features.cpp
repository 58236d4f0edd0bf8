// expect: strata::GRU: needs Sequence<N>
#include <strata/strata.hpp>

using namespace strata;

int main() {
  Network<Sequential<GRU<4>>, Features<4>, Cpu<float>> net{Seed{1}};
  return static_cast<int>(net.weights().size());
}
