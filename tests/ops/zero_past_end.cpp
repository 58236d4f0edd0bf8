#include <strata/ops/zero_past_end.hpp>

#include <ops/support.hpp>

using namespace ops_test;

TEST_CASE("lengths are those of the run, columns those of the view; without lengths nothing happens") {
  SmallRun<float> run;
  run.extents = {2, 3};
  const auto before = counted<float>(2 * 3 * 4);
  auto x = before;
  const Matrix<float*, 4> rows{x.data(), 6};
  ops::zero_past_end(run, ops::into(rows));
  CHECK(x == before);
  const std::vector<std::uint32_t> lengths{1, 3};
  run.extents.lengths = lengths.data();
  ops::zero_past_end(run, ops::into(rows.columns_from<1, 2>()));
  for (std::size_t i = 0; i < x.size(); ++i) {
    const bool padding = (i / 4 == 2 || i / 4 == 4) && (i % 4 == 1 || i % 4 == 2);
    CHECK(x[i] == (padding ? 0 : before[i]));
  }
}
