#include <ops/support.hpp>

using namespace ops_test;

namespace {
struct ValueAndSquare {
  template <class V>
  constexpr Pack<V, 2> operator()(V x) const {
    return {{x, x * x}};
  }
};
}  // namespace

TEST_CASE_TEMPLATE("columns are summed, overwriting or adding, and scratch memory is given back", T, float, double) {
  SmallRun<T> run;
  const auto x = counted<T>(10 * 5);
  const Matrix<const T*, 3, 5> view{x.data(), 10};
  std::vector<T> sum(3, T(100)), value(3, T(100)), square(3, T(100));
  ops::reduce_rows(run, ops::Identity{}, ops::accumulate(Row<T*, 3>{sum.data()}), ops::from(view));
  ops::reduce_rows(run, ValueAndSquare{}, ops::into(Row<T*, 3>{value.data()}, Row<T*, 3>{square.data()}),
                   ops::from(view));
  for (std::size_t j = 0; j < 3; ++j) {
    T expected = 0, squares = 0;
    for (std::size_t r = 0; r < 10; ++r) {
      expected += x[r * 5 + j];
      squares += x[r * 5 + j] * x[r * 5 + j];
    }
    CHECK(sum[j] == doctest::Approx(100 + expected));
    CHECK(value[j] == doctest::Approx(expected));
    CHECK(square[j] == doctest::Approx(squares));
  }
  std::vector<T> once = value, twice(3, T(100));
  ops::reduce_rows(run, ops::Twice{}, ops::accumulate(Row<T*, 3>{once.data()}, Row<T*, 3>{twice.data()}),
                   ops::from(view));
  CHECK(twice == sum);
  for (std::size_t j = 0; j < 3; ++j) CHECK(once[j] == doctest::Approx(2 * value[j]));
  ops::reduce_rows(run, ops::Identity{}, ops::into(Row<T*, 3>{sum.data()}), ops::from(view));
  CHECK(sum == value);
  CHECK(run.borrowed == 0);
}

TEST_CASE("the plan holds one partial sum a chunk, output and column") {
  Planning plan;
  ops::reduce_rows(plan, ValueAndSquare{}, ops::into(Row<Planned, 5>{}, Row<Planned, 5>{}),
                   ops::from(Matrix<Planned, 5>{{}, Count{1, 0, 0}}));
  REQUIRE(plan.allocations().size() == 1);
  CHECK(plan.allocations()[0].length == fixed_count(ops::reduction_chunks * 2 * 5));
}
