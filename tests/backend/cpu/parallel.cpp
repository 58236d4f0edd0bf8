#include <doctest/doctest.h>

#include <strata/backend/cpu/parallel.hpp>

#include <atomic>
#include <cstddef>
#include <vector>

#if defined(_OPENMP)
#include <omp.h>
#endif

TEST_CASE("parallel_for visits every index once, for any number of threads") {
  for (const int threads : {-1, 0, 1, 2, 3, 5, 64}) {
    for (const std::size_t count : {0u, 1u, 2u, 7u, 64u, 1001u}) {
      std::vector<std::atomic<int>> visits(count);
      std::atomic<int> calls = 0;
      strata::parallel_for(threads, count, [&](std::size_t first, std::size_t last) {
        ++calls;
        for (std::size_t i = first; i < last; ++i) ++visits[i];
      });
      std::size_t wrong = 0;
      for (const auto& visit : visits) wrong += visit != 1;
      CAPTURE(threads);
      CAPTURE(count);
      CHECK(wrong == 0);
      if (threads <= 1) CHECK(calls == (count > 0 ? 1 : 0));
    }
  }
}

#if defined(_OPENMP)
TEST_CASE("threads open a region, one thread does not") {
  omp_set_dynamic(0);
  std::atomic<int> inside = 0;
  strata::parallel_for(3, 3, [&](std::size_t, std::size_t) { inside += omp_in_parallel() != 0; });
  CHECK(inside == 3);
  inside = 0;
  strata::parallel_for(1, 3, [&](std::size_t, std::size_t) { inside += omp_in_parallel() != 0; });
  strata::parallel_for(3, 1, [&](std::size_t, std::size_t) { inside += omp_in_parallel() != 0; });
  CHECK(inside == 0);
}
#endif
