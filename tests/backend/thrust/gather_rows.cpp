#define STRATA_TESTED_SYSTEM omp
#include <backend/cpu/gather_rows.cpp>
