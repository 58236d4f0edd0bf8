#include "bench.hpp"
void measure_lstm_layer(Bench&) {}
