#define STRATA_TESTED_SYSTEM omp
#include <backend/cpu/scatter_add.cpp>
