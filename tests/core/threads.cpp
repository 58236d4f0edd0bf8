#include <strata/core/threads.hpp>

#include <doctest/doctest.h>

TEST_CASE("by default as many threads as OpenMP was told, one without it") {
#if defined(_OPENMP)
  const int before = omp_get_max_threads();
  omp_set_num_threads(3);
  CHECK(strata::default_threads() == 3);
  omp_set_num_threads(1);
  CHECK(strata::default_threads() == 1);
  omp_set_num_threads(before);
#else
  CHECK(strata::default_threads() == 1);
#endif
}
