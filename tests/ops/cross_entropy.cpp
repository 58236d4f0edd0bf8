#include <ops/support.hpp>

using namespace ops_test;

TEST_CASE("scores, labels, teacher, weights, scale and term reach the kernel") {
  SmallRun<double> run;
  const Counters<double> counters{.loss_scale = 0.5};
  run.counters = &counters;
  std::vector<double> scores{0, 0, 0, std::log(3.0)}, losses(2), gradient(4);
  const std::int32_t labels[] = {1, 0};
  const double weights[] = {1, 2}, teacher[] = {0, 0, 0, 0};
  const Batch<double*, Features<2>> view(scores.data(), {2, 1}), d(gradient.data(), {2, 1});
  const Targets<std::int32_t, double> targets{labels, weights, false};
  ops::cross_entropy(run, view, nullptr, targets, losses.data(), d, {});
  CHECK(losses[0] == doctest::Approx(std::log(2.0)));
  CHECK(losses[1] == doctest::Approx(2 * std::log(4.0)));
  CHECK(gradient[0] == doctest::Approx(0.25));
  CHECK(gradient[2] == doctest::Approx(2 * 0.5 * -0.75));
  // the soft term, added with half its weight: teacher (½, ½), student (¼, ¾)
  ops::cross_entropy(run, view, teacher, targets, losses.data(), d,
                     {.temperature = 1, .factor = 0.5, .accumulate = true});
  CHECK(losses[1] == doctest::Approx(2 * std::log(4.0) + 0.5 * (std::log(4.0) + std::log(4.0 / 3))));
  CHECK(gradient[2] == doctest::Approx(-0.75 + 0.5 * 0.5 * 2 * -0.25));
}
