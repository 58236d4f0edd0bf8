#include <ops/support.hpp>

using namespace ops_test;

TEST_CASE("scores, targets, weights and scale reach the kernel") {
  SmallRun<double> run;
  const Counters<double> counters{.loss_scale = 0.5};
  run.counters = &counters;
  std::vector<double> scores{1, 2, 3, 5}, losses(2), gradient(4);
  const double targets[] = {0, 0, 1, 1}, weights[] = {1, 3};
  const Batch<double*, Features<2>> view(scores.data(), {2, 1}), d(gradient.data(), {2, 1});
  ops::squared_error(run, view, Targets<double, double>{targets, weights, false}, losses.data(), d);
  CHECK(losses == std::vector<double>{2.5, 3 * 10.0});
  CHECK(gradient == std::vector<double>{0.5, 1, 3, 6});
}
