#pragma once
// How many threads to use by default.

#include <strata/core/config.hpp>

#if defined(_OPENMP)
#include <omp.h>
#endif

namespace STRATA_NAMESPACE {

/// Threads worth using: what OpenMP was told (OMP_NUM_THREADS) or finds, 1 without OpenMP.
inline int default_threads() {
#if defined(_OPENMP)
  const int most = omp_get_max_threads();
  return most < 1 ? 1 : most;
#else
  return 1;
#endif
}

/// How many threads a session or trainer may use. Results have the same bits for any number.
struct Threads {
  int count = default_threads();
};

}  // namespace STRATA_NAMESPACE
