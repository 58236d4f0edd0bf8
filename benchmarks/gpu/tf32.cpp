// Products of factors that are rounded to TF32.

#include "suite.hpp"

void measure_tf32(Bench& bench) { measure<strata::TensorFloat32>(bench, "TF32"); }
