#include <ops/support.hpp>

#include <limits>

using namespace ops_test;

namespace {
/// x - mean(x), times a gain.
template <class T>
struct Centre {
  static constexpr std::size_t passes = 1;
  T columns, mean = T(0);
  template <class V>
  constexpr V term(ops::Pass<0>, V x, V) const {
    return x;
  }
  constexpr void learn(ops::Pass<0>, Pack<T, 1> sums) { mean = sums[0] / columns; }
  template <class V>
  constexpr V operator()(V x, V gain) const {
    return (x - V(mean)) * gain;
  }
};
/// x - largest(x), and the largest.
template <class T>
struct BelowLargest {
  static constexpr std::size_t passes = 1;
  static constexpr ops::Largest together(ops::Pass<0>) { return {}; }
  T largest = T(0);
  template <class V>
  constexpr V term(ops::Pass<0>, V x) const {
    return x;
  }
  constexpr void learn(ops::Pass<0>, Pack<T, 1> found) { largest = found[0]; }
  template <class V>
  constexpr Pack<V, 2> operator()(V x) const {
    return {{x - V(largest), V(largest)}};
  }
};
}  // namespace

TEST_CASE_TEMPLATE("every row learns of itself; rows repeat and strides are kept", T, float, double) {
  SmallRun<T> run;
  const std::vector<T> x{1, 2, 3, 77, 8, 6, 4, 77, -1, 0, 1}, gain{1, 10, 100};
  std::vector<T> y(14, T(9));
  ops::map_rows(run, Centre<T>{3}, ops::into(Matrix<T*, 3, 5>{y.data(), 3}),
                ops::from(Matrix<const T*, 3, 4>{x.data(), 3}, Row<const T*, 3>{gain.data()}));
  CHECK(y == std::vector<T>{-1, 0, 100, 9, 9, 2, 0, -200, 9, 9, -1, 0, 100, 9});
}

TEST_CASE("rows of a narrower view, over itself") {
  SmallRun<double> run;
  std::vector<double> x{1, 2, 3, 4, 5, 9, 7, 8}, gain{1, 1};
  const auto middle = Matrix<double*, 4>{x.data(), 2}.columns_from<1, 2>();
  ops::map_rows(run, Centre<double>{2}, ops::into(middle), ops::from(middle, Row<double*, 2>{gain.data()}));
  CHECK(x == std::vector<double>{1, -0.5, 0.5, 4, 5, 1, -1, 8});
}

TEST_CASE("the largest instead of a sum, and two outputs") {
  SmallRun<float> run;
  const std::vector<float> x{-3, -2, 5, 1};
  std::vector<float> below(4), largest(4);
  ops::map_rows(run, BelowLargest<float>{},
                ops::into(Matrix<float*, 2>{below.data(), 2}, Matrix<float*, 2>{largest.data(), 2}),
                ops::from(Matrix<const float*, 2>{x.data(), 2}));
  CHECK(below == std::vector<float>{-1, 0, 0, -4});
  CHECK(largest == std::vector<float>{-2, -2, 5, 5});
}

TEST_CASE("what becomes of no terms changes no other") {
  CHECK(ops::of_no_terms<float>(ops::together<0, Centre<float>>()) == 0);
  CHECK(ops::of_no_terms<float>(ops::together<0, BelowLargest<float>>()) == -std::numeric_limits<float>::infinity());
}

TEST_CASE("a discarded destination is not computed, and a dry run computes nothing") {
  SmallRun<float> run;
  const auto a = counted<float>(4);
  const auto in = ops::from(Matrix<const float*, 4>{a.data(), 1}, Row<const float*, 4>{a.data()});
  ops::map_rows(run, Centre<float>{4}, ops::into(Discard{}), in);
  Planning plan;
  ops::map_rows(plan, Centre<float>{4}, ops::into(Matrix<Planned, 4>{}), ops::from(Matrix<Planned, 4>{}));
  CHECK(plan.allocations().empty());
}
