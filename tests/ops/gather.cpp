#include <ops/support.hpp>

#include <strata/ops/gather.hpp>

using namespace ops_test;

TEST_CASE("gather hands its arguments to the kernel of the stream's backend") {
  SmallRun<float> run;
  const std::vector<float> from{1, 2, 3, 4};
  const std::vector<std::size_t> order{1, 0};
  const std::uint64_t first = 0;
  std::vector<float> to(4);
  ops::gather(run.stream, ops::GatherArguments<float>{2, 2, 2, order.data(), &first, 0, to.data(), from.data()});
  CHECK(to == std::vector<float>{3, 4, 1, 2});
}
