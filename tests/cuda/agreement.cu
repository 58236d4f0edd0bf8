// The agreement of networks with the CPU's, on the GPU too.
#include <strata/cuda.hpp>

#include <backend/thrust/agreement.cpp>
