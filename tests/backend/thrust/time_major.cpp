#define STRATA_TESTED_SYSTEM omp
#include <backend/cpu/time_major.cpp>
