#include <ops/support.hpp>

#include <strata/ops/turned_product.hpp>

using namespace ops_test;

namespace {
/// As matmul of the matrix as it is written.
template <class T>
struct Given {
  static constexpr std::size_t n = 7, k = 5;
  std::vector<T> a = counted<T>(k), weight = counted<T>(n * k, T(2)), turned = std::vector<T>(n * k);
  std::vector<T> bias = counted<T>(n, T(-30)), c = counted<T>(n, T(3));

  Given() { Kernel<ops::TurnedProduct, Cpu<T>>::template turn<FullPrecision>(weight.data(), turned.data(), n, k); }
  Matrix<const T*, k> row() const { return {a.data(), 1}; }
  Matrix<T*, n> to() { return {c.data(), 1}; }
  Turned<const T*, n, k, false> lying() const { return {turned.data()}; }
  Matrix<const T*, k> written() const { return {weight.data(), n}; }
};
}  // namespace

TEST_CASE_TEMPLATE("a product with a turned matrix is that with the matrix", T, float, double) {
  Given<T> g, expected;
  SmallRun<T> run;
  const Row<const T*, 7> bias{g.bias.data()};
  ops::matmul(run, ops::into(g.to()), g.row(), ops::transposed(g.lying()));
  ops::matmul(run, ops::into(expected.to()), g.row(), ops::transposed(g.written()));
  CHECK(g.c == expected.c);
  ops::matmul(run, ops::accumulate(g.to()), g.row(), ops::transposed(g.lying()));
  ops::matmul(run, ops::accumulate(expected.to()), g.row(), ops::transposed(g.written()));
  CHECK(g.c == expected.c);
  for (const auto activation : {ops::Activation::none, ops::Activation::relu}) {
    for (T& b : g.bias) b = -b * T(20);
    ops::matmul(run, ops::into(g.to()), g.row(), ops::transposed(g.lying()), bias, activation);
    ops::matmul(run, ops::into(expected.to()), g.row(), ops::transposed(g.written()), bias, activation);
    CHECK(g.c == expected.c);
  }
}

TEST_CASE("rows of a turned matrix are multiplied alone") {
  Given<float> g;
  std::vector<float> some(3);
  SmallRun<float> run;
  ops::matmul(run, ops::into(g.to()), g.row(), ops::transposed(g.lying()));
  ops::matmul(run, ops::into(Matrix<float*, 3>{some.data(), 1}), g.row(), ops::transposed(g.lying().rows_from<2, 3>()));
  CHECK(some == std::vector<float>(g.c.begin() + 2, g.c.begin() + 5));
}

TEST_CASE("a dry run counts what a step multiplies") {
  constexpr Count flops = [] {
    DryRun<SingleSteps<>, float> run;
    const Matrix<Planned, 5> a{{}, run.extents.rows()};
    ops::matmul(run, ops::into(Matrix<Planned, 7>{{}, run.extents.rows()}), a,
                ops::transposed(Turned<Planned, 7, 5, false>{}));
    return run.flops();
  }();
  CHECK(flops.at({1, 1}) == 2 * 7 * 5);
}
