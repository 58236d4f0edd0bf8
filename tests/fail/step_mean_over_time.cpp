// expect: strata::Network::step: a layer of this network needs all steps of a sequence at once
#include <strata/strata.hpp>

using namespace strata;

int main() {
  Network<Sequential<LSTM<4>, MeanOverTime, Linear<2>>, Sequence<4>, Cpu<float>> net{Seed{1}};
  decltype(net)::session session;
  float x[4]{}, y[2]{};
  net.step(session, std::span<const float, 4>(x), std::span<float, 2>(y));
  return y[0] > 0;
}
