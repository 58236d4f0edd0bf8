#include <doctest/doctest.h>

#include <strata/backend/thrust/for_each.hpp>

#include <algorithm>
#include <vector>

using namespace strata;

namespace {
struct Increment {
  int* counts;
  int* threads;
  void operator()(std::size_t i) const {
    ++counts[i];
#if defined(_OPENMP)
    threads[i] = omp_get_num_threads();
#else
    threads[i] = 1;
#endif
  }
};
template <System Where>
int threads_seen(int threads, std::size_t count, std::size_t work) {
  std::vector<int> counts(count), team(count);
  for_each_index(typename Thrust<Where, float>::Stream{threads}, count, work, Increment{counts.data(), team.data()});
  CHECK(std::count(counts.begin(), counts.end(), 1) == static_cast<std::ptrdiff_t>(count));
  return count == 0 ? 0 : *std::max_element(team.begin(), team.end());
}
}  // namespace

TEST_CASE("every index is visited once, on as many threads as asked for, where the work is worth them") {
#if defined(_OPENMP)
  const int before = omp_get_max_threads();
#endif
  for (const std::size_t count : {0u, 1u, 7u, 1000u}) {
    threads_seen<System::cpp>(1, count, count);
    threads_seen<System::omp>(3, count, 1u << 20);
  }
  CHECK(threads_seen<System::cpp>(3, 1000, 1u << 20) == 1);
  CHECK(threads_seen<System::omp>(3, 1000, 1000) == 1);
  CHECK(threads_seen<System::omp>(1, 1000, 1u << 20) == 1);
#if defined(_OPENMP)
  for (const int threads : {2, before + 1}) CHECK(threads_seen<System::omp>(threads, 1000, 1u << 20) == threads);
  CHECK(omp_get_max_threads() == before);
#endif
}
