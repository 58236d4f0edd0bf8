#pragma once
// Work shared among threads: OpenMP where the unit is compiled with it, else one thread.

#include <strata/core/parts.hpp>

#include <cstddef>

#if defined(_OPENMP)
#include <omp.h>
#endif

namespace STRATA_NAMESPACE {

/// Calls `body(first, last)` on contiguous ranges that together cover [0, count), each by one of `threads`
/// threads. `body` must not throw. Opens no parallel region for one thread and allocates nothing itself.
template <class Body>
void parallel_for(int threads, std::size_t count, Body body) {
#if defined(_OPENMP)
  if (threads > 1 && count > 1) {
    const auto parts = static_cast<std::size_t>(threads);
    // Always the whole team: libgomp would allocate one of another size anew. No `omp for`: libomp 19 allocates in it.
#pragma omp parallel num_threads(threads)
    {
      const auto team = static_cast<std::size_t>(omp_get_num_threads());
      for (auto p = static_cast<std::size_t>(omp_get_thread_num()); p < parts; p += team) {
        const std::size_t first = part_begin(count, parts, p), last = part_begin(count, parts, p + 1);
        if (first < last) body(first, last);
      }
    }
    return;
  }
#else
  static_cast<void>(threads);
#endif
  if (count > 0) body(std::size_t{0}, count);
}

}  // namespace STRATA_NAMESPACE
