// expect: strata::LogSoftmax: needs Features<N> or Sequence<N>, whose features it makes probabilities of
#include <strata/strata.hpp>

using namespace strata;

int main() {
  Network<Sequential<LogSoftmax>, Image<1, 4, 4>, Cpu<float>> net{Seed{1}};
  return static_cast<int>(net.weights().size());
}
