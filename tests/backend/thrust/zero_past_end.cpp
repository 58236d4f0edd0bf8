#define STRATA_TESTED_SYSTEM omp
#include <backend/cpu/zero_past_end.cpp>
