#include <ops/support.hpp>

#include <strata/ops/gather_rows.hpp>

using namespace ops_test;

TEST_CASE_TEMPLATE("every id becomes its row", T, float, double) {
  SmallRun<T> run;
  auto table = counted<T>(4 * 3);
  std::vector<T> ids{3, 0, 3, 1, 2, 0}, to(6 * 3);
  const Batch<T*, Tokens<4>> batch(ids.data(), {2, 3});
  ops::gather_rows(run, ops::into(Batch<T*, Sequence<3>>(to.data(), {2, 3})), Matrix<const T*, 3>{table.data(), 4},
                   batch);
  for (std::size_t i = 0; i < 6; ++i)
    for (std::size_t j = 0; j < 3; ++j) CHECK(to[i * 3 + j] == table[static_cast<std::size_t>(ids[i]) * 3 + j]);
  static_assert(decltype(batch)::columns == 1);
}

TEST_CASE("gather_rows plans nothing") {
  Planning run;
  const Batch<Planned, Tokens<4>> ids(Planned{}, {});
  ops::gather_rows(run, ops::into(Batch<Planned, Sequence<3>>(Planned{}, {})),
                   Matrix<Planned, 3>{Planned{}, fixed_count(4)}, ids);
  CHECK(run.allocations().empty());
  CHECK(run.flops() == Count{});
}
