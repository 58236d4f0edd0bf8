#include <doctest/doctest.h>

#include <strata/backend/cpu/reduce_all.hpp>
#include <strata/backend/thrust/kernels.hpp>
#include <strata/core/counters.hpp>

#include <type_traits>
#include <vector>

using namespace strata;

TEST_CASE("a backend is a system and an element type, all live side by side with the CPU") {
  CHECK((std::is_same_v<Thrust<System::cpp, double>::element, double>));
  CHECK((std::is_same_v<Thrust<System::omp, float>::Stream::backend, Thrust<System::omp, float>>));
  const std::size_t count = 300;  // of a few g++ 12 with AVX2 warns that a register of them is too long
  const std::vector<double> x(count, 0.5);
  double sums[3] = {};
  Kernel<ops::ReduceAll, Cpu<double>>::run({1}, count, ops::Identity{}, &sums[0], false,
                                           Pack<const double*, 1>{{x.data()}});
  Kernel<ops::ReduceAll, Thrust<System::cpp, double>>::run({1}, count, ops::Identity{}, &sums[1], false,
                                                           Pack<const double*, 1>{{x.data()}});
  Kernel<ops::ReduceAll, Thrust<System::omp, double>>::run({2}, count, ops::Identity{}, &sums[2], false,
                                                           Pack<const double*, 1>{{x.data()}});
  for (const double sum : sums) CHECK(sum == 150);
}
