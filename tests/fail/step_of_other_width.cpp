// expect: strata::Network::step: takes the features of one step and writes those of one
#include <strata/strata.hpp>

using namespace strata;

int main() {
  Network<LSTM<4>, Sequence<3>, Cpu<float>> net{Seed{1}};
  Session session{net};
  std::array<float, 2> x{};
  std::array<float, 4> y{};
  net.step(session, x, y);
}
