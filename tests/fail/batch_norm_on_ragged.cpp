// expect: strata::BatchNorm: its mean would count the padding of a ragged batch
// mention: RaggedSequence<4>
#include <strata/strata.hpp>

using namespace strata;

int main() {
  Network<Sequential<LSTM<4>, BatchNorm, LastStep, Linear<2>>, RaggedSequence<3>, Cpu<float>> net{Seed{1}};
  return net.predict(Padded{xt::xtensor<float, 3>({1, 2, 3}), std::vector<int>{1}}).size() == 0;
}
