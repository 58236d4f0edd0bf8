// expect: Zoneout takes two, of the cell and of the hidden state
#include <strata/strata.hpp>

using namespace strata;

int main() { Network<LSTM<4, Zoneout<0.1>>, Sequence<3>, Cpu<float>> net{Seed{1}}; }
