#include "bench.hpp"
void measure_streaming(Bench&) {}
