#include "bench.hpp"
void measure_optimizer(Bench&) {}
