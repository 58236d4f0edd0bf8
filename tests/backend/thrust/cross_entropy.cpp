#define STRATA_TESTED_SYSTEM omp
#include <backend/cpu/cross_entropy.cpp>
