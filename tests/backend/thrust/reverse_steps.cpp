#define STRATA_TESTED_SYSTEM omp
#include <backend/cpu/reverse_steps.cpp>
