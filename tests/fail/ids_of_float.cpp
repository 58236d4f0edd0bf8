// expect: strata: a network on Tokens is given ids, which are integers
#include <strata/strata.hpp>

using namespace strata;

int main() {
  const Network<Embedding<8>, Tokens<100>, Cpu<float>> net{Seed{1}};
  return net.predict(xt::xtensor<float, 2>({1, 4})).size() == 0;
}
