// Products of factors that are rounded to bfloat16.

#include "suite.hpp"

void measure_bf16(Bench& bench) { measure<strata::BFloat16>(bench, "bf16"); }
