// expect: strata: a network on ragged sequences is given Padded\{inputs, lengths\}
#include <strata/strata.hpp>

using namespace strata;

int main() {
  Network<Sequential<LSTM<4>, LastStep>, RaggedSequence<3>, Cpu<float>> net{Seed{1}};
  return net.predict(xt::xtensor<float, 3>({1, 2, 3})).size() == 0;
}
