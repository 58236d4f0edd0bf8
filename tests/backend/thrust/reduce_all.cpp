#define STRATA_TESTED_SYSTEM omp
#include <backend/cpu/reduce_all.cpp>

TEST_CASE("a sum assigned to its destination overwrites it or is added") {
  double x = 3;
  *detail::IntoSum<double>{&x, false} = 5;
  CHECK(x == 5);
  *detail::IntoSum<double>{&x, true} = 2;
  CHECK(x == 7);
}
