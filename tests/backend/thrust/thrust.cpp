#include <doctest/doctest.h>

#include <strata/backend/cpu/reduce_all.hpp>
#include <strata/backend/thrust/kernels.hpp>
#include <strata/core/counters.hpp>

#include <type_traits>

using namespace strata;

TEST_CASE("a backend is a system and an element type, all live side by side with the CPU") {
  CHECK((std::is_same_v<Thrust<System::cpp, double>::element, double>));
  CHECK((std::is_same_v<Thrust<System::omp, float>::Stream::backend, Thrust<System::omp, float>>));
  const double x[] = {1, 2, 3};
  double sums[3] = {};
  Kernel<ops::ReduceAll, Cpu<double>>::run({1}, 3, ops::Identity{}, &sums[0], false, Pack<const double*, 1>{{x}});
  Kernel<ops::ReduceAll, Thrust<System::cpp, double>>::run({1}, 3, ops::Identity{}, &sums[1], false,
                                                           Pack<const double*, 1>{{x}});
  Kernel<ops::ReduceAll, Thrust<System::omp, double>>::run({2}, 3, ops::Identity{}, &sums[2], false,
                                                           Pack<const double*, 1>{{x}});
  for (const double sum : sums) CHECK(sum == 6);
}
