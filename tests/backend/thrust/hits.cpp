#define STRATA_TESTED_SYSTEM omp
#include <backend/cpu/hits.cpp>
