#include <strata/ops/reverse_steps.hpp>

#include <ops/support.hpp>

using namespace ops_test;

TEST_CASE("steps and samples are those of the run, columns those of the views") {
  SmallRun<float> run;
  run.extents = {2, 3};
  const auto x = counted<float>(2 * 3 * 4);
  std::vector<float> y(2 * 3 * 2, 1);
  const Matrix<const float*, 4> rows{x.data(), 6};
  const Matrix<float*, 2> to{y.data(), 6};
  ops::reverse_steps(run, ops::into(to), rows.columns_from<1, 2>());
  CHECK(y[0] == x[(2 * 2 + 0) * 4 + 1]);
  CHECK(y[11] == x[(0 * 2 + 1) * 4 + 2]);
  const float once = y[5];
  ops::reverse_steps(run, ops::accumulate(to), rows.columns_from<1, 2>());
  CHECK(y[5] == 2 * once);
}
