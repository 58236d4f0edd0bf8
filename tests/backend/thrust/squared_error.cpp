#define STRATA_TESTED_SYSTEM omp
#include <backend/cpu/squared_error.cpp>
