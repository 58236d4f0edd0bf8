// expect: strata::Linear: needs Features<N> or Sequence<N>. Common mistake: an Image
#include <strata/strata.hpp>

using namespace strata;

int main() {
  Network<Sequential<Linear<10>, ReLU>, Image<1, 28, 28>, Cpu<float>> net{Seed{1}};
  Trainer trainer{net, MeanSquaredError{}, SGD{.learning_rate = 0.1}};
  const auto scores = net.predict(xt::xtensor<float, 2>({1, 4}));
  return scores.size() == 0;
}
