// expect: strata::Session: weights are held as they are, or in BFloat16 where the network is of float
#include <strata/strata.hpp>

using namespace strata;

int main() {
  using Net = Network<LSTM<4>, Sequence<2>, Cpu<double>>;
  const Net net{Seed{1}};
  Session<Net, BFloat16> session(net);
  std::array<double, 2> x{};
  std::array<double, 4> y{};
  net.step(session, x, y);
}
