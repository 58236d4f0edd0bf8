#pragma once
// Strata on NVIDIA GPUs: the same library with the backend Cuda<T>. For nvcc; may be included beside strata.hpp.

#if !defined(__CUDACC__)
#error \
    "strata: cuda.hpp is for nvcc. Other compilers include strata/strata.hpp, or strata/thrust.hpp for Thrust's host systems."
#elif !defined(__CUDACC_RELAXED_CONSTEXPR__)
#error "strata: nvcc needs --expt-relaxed-constexpr, because formulas are constexpr functions that run on both sides."
#else
#include <strata/thrust.hpp>
#endif
