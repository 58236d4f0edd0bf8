#include <ops/support.hpp>

#include <strata/ops/scatter_add.hpp>
#include <strata/tensor/tensor_list.hpp>

using namespace ops_test;

TEST_CASE_TEMPLATE("every row is added to that of its id, but for the id left out", T, float, double) {
  SmallRun<T> run;
  auto rows = counted<T>(6 * 3);
  std::vector<T> ids{3, 0, 3, 1, 2, 0}, table(4 * 3, T(5)), expected(4 * 3, T(5));
  for (std::size_t i = 0; i < 6; ++i)
    for (std::size_t j = 0; j < 3; ++j) expected[static_cast<std::size_t>(ids[i]) * 3 + j] += rows[i * 3 + j];
  std::fill_n(expected.data() + 1 * 3, 3, T(5));
  ops::scatter_add(run, ops::accumulate(Matrix<T*, 3>{table.data(), 4}), Batch<T*, Tokens<4>>(ids.data(), {2, 3}),
                   Batch<T*, Sequence<3>>(rows.data(), {2, 3}), 1);
  CHECK(table == expected);
  CHECK(run.borrowed == 0);
}

TEST_CASE("scatter_add plans an element a row") {
  Planning run;
  ops::scatter_add(run, ops::accumulate(Matrix<Planned, 3>{Planned{}, fixed_count(4)}),
                   Batch<Planned, Tokens<4>>(Planned{}, {}), Batch<Planned, Sequence<3>>(Planned{}, {}), no_row);
  REQUIRE(run.allocations().size() == 1);
  CHECK(run.allocations()[0].length == Count{1, 0, 0});
}
