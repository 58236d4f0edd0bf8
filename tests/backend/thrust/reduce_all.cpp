#define STRATA_TESTED_SYSTEM omp
#include <backend/cpu/reduce_all.cpp>
