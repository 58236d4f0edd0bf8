#include <strata/ops/past_end.hpp>

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

TEST_CASE("padding is filled, and every step has its share of its sample's steps") {
  SmallRun<float> run;
  const std::vector<std::uint32_t> lengths{1, 2};
  run.extents = {2, 2, lengths.data()};
  const std::vector<float> x{1, 2, 3, 4};
  std::vector<float> y(4);
  const Matrix<float*, 1> to{y.data(), 4};
  ops::fill_past_end(run, ops::into(to), Matrix<const float*, 1>{x.data(), 4}, -7);
  CHECK(y == std::vector<float>{1, 2, -7, 4});
  ops::share_of_steps(run, ops::into(to), Matrix<const float*, 1>{x.data(), 2});
  CHECK(y == std::vector<float>{1, 1, 0, 1});
  ops::share_of_steps(run, ops::into(Discard{}), Matrix<const float*, 1>{x.data(), 2});
}
