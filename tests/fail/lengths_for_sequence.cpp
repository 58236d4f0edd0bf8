// expect: Common mistake: Sequence<N> in place of RaggedSequence<N>
#include <strata/strata.hpp>

using namespace strata;

int main() {
  Network<Sequential<LSTM<4>, LastStep>, Sequence<3>, Cpu<float>> net{Seed{1}};
  return net.predict(Padded{xt::xtensor<float, 3>({1, 2, 3}), std::vector<int>{1}}).size() == 0;
}
