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

TEST_CASE("fewer steps on one side are those it has rows for") {
  SmallRun<float> run;
  const std::vector<std::uint32_t> lengths{3, 1};
  run.extents = {2, 3, lengths.data()};
  const std::vector<float> x{1, 2, 3, 4, 5, 6};
  std::vector<float> last(2), spread(6, 9);
  const Matrix<float*, 1> one{last.data(), 2}, all{spread.data(), 6};
  ops::reverse_steps(run, ops::into(one), Matrix<const float*, 1>{x.data(), 6});
  CHECK(last == std::vector<float>{5, 2});
  ops::reverse_steps(run, ops::into(all), one);
  CHECK(spread == std::vector<float>{0, 2, 0, 0, 5, 0});
}
