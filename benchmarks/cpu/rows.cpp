#include "bench.hpp"
void measure_rows(Bench&) {}
