#define STRATA_TESTED_SYSTEM omp
#include <backend/cpu/past_end.cpp>
