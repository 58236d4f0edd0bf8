#include "bench.hpp"
void measure_fashion(Bench&) {}
