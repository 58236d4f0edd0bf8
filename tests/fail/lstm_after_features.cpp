// expect: strata::LSTM: needs Sequence<N>
#include <strata/strata.hpp>

using namespace strata;

Network<Sequential<Linear<8>, LSTM<4>>, Features<4>, Cpu<float>> network{Seed{1}};
