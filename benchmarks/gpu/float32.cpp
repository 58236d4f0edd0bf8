// Products in the numbers of the network.

#include "suite.hpp"

void measure_float32(Bench& bench) { measure<strata::FullPrecision>(bench, "float32"); }
