#include <ops/support.hpp>

using namespace ops_test;

namespace {
struct Affine {
  template <class V>
  constexpr V operator()(V x, V gain, V shift) const {
    return x * gain + shift;
  }
};
struct SumAndDifference {
  template <class V>
  constexpr Pack<V, 2> operator()(V a, V b) const {
    return {{a + b, a - b}};
  }
};
}  // namespace

TEST_CASE_TEMPLATE("rows repeat, strides are kept and inputs come in order", T, float, double) {
  SmallRun<T> run;
  const auto x = counted<T>(5 * 9), gain = counted<T>(6, 3), shift = counted<T>(6, 8);
  std::vector<T> y(5 * 7, T(-1));
  ops::map(
      run, Affine{}, ops::into(Matrix<T*, 6, 7>{y.data(), 5}),
      ops::from(Matrix<const T*, 6, 9>{x.data(), 5}, Row<const T*, 6>{gain.data()}, Row<const T*, 6>{shift.data()}));
  for (std::size_t r = 0; r < 5; ++r) {
    for (std::size_t j = 0; j < 6; ++j) CHECK(y[r * 7 + j] == x[r * 9 + j] * gain[j] + shift[j]);
    CHECK(y[r * 7 + 6] == -1);
  }
}

TEST_CASE("several outputs, rows alone, and whole buffers") {
  SmallRun<float> run;
  const auto a = counted<float>(20), b = counted<float>(20, 5);
  std::vector<float> sum(20), difference(20);
  ops::map(run, SumAndDifference{}, ops::into(Row<float*, 20>{sum.data()}, Row<float*, 20>{difference.data()}),
           ops::from(Row<const float*, 20>{a.data()}, Row<const float*, 20>{b.data()}));
  for (std::size_t i = 0; i < 20; ++i) {
    CHECK(sum[i] == a[i] + b[i]);
    CHECK(difference[i] == a[i] - b[i]);
  }
  ops::map(run, ops::Sum{}, ops::into(Flat<float*>{sum.data(), 19}),
           ops::from(Flat<const float*>{a.data(), 19}, Flat<const float*>{a.data(), 19}));
  CHECK(sum[18] == 2 * a[18]);
  CHECK(sum[19] == a[19] + b[19]);
}

TEST_CASE("copy, add and zero") {
  SmallRun<double> run;
  const auto a = counted<double>(12);
  std::vector<double> y(12, 1.0);
  const Matrix<double*, 3> to{y.data(), 4};
  ops::add(run, ops::accumulate(to), Matrix<const double*, 3>{a.data(), 4});
  for (std::size_t i = 0; i < 12; ++i) CHECK(y[i] == a[i] + 1);
  ops::copy(run, ops::into(to), Matrix<const double*, 3>{a.data(), 4});
  CHECK(y == a);
  ops::zero(run, ops::into(to.rows_from(1, 2)));
  CHECK((y[2] == a[2] && y[3] == 0 && y[8] == 0 && y[9] == a[9]));
}

TEST_CASE("a discarded destination is not computed, and a dry run computes nothing") {
  SmallRun<float> run;
  const auto a = counted<float>(4);
  ops::copy(run, ops::into(Discard{}), Row<const float*, 4>{a.data()});
  ops::add(run, ops::accumulate(Discard{}), Row<const float*, 4>{a.data()});
  Planning plan;
  ops::copy(plan, ops::into(Row<Planned, 4>{}), Row<Planned, 4>{});
  CHECK(plan.allocations().empty());
}
