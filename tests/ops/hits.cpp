#include <ops/support.hpp>

#include <strata/ops/hits.hpp>

using namespace ops_test;

TEST_CASE("hits hands its arguments to the kernel of the stream's backend") {
  SmallRun<float> run;
  const std::vector<float> scores{1, 2, 4, 3};
  const std::vector<std::int32_t> labels{1, 1};
  std::vector<float> hits(2, 9);
  ops::hits(run.stream, ops::HitArguments<float>{2, 2, scores.data(), labels.data(), nullptr, hits.data()});
  CHECK(hits == std::vector<float>{1, 0});
}
