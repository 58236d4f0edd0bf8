#include <doctest/doctest.h>

#include <strata/tensor/view.hpp>

#include <numeric>
#include <vector>

using namespace strata;

TEST_CASE("rows and columns of a matrix are views of the same memory") {
  std::vector<float> memory(6 * 8);
  std::iota(memory.begin(), memory.end(), 0.0f);
  const Matrix<float*, 8> m{memory.data(), 6};
  const auto rows = m.rows_from(2, 3);
  CHECK(rows.rows == 3);
  CHECK(rows.data[0] == 16);
  const auto block = rows.columns_from<3, 4>();
  CHECK(block.data[0] == 19);
  CHECK(block.columns == 4);
  CHECK(block.stride == 8);
  CHECK(block.rows == 3);
  CHECK(block.rows_from(1, 1).data[0] == 27);
}

TEST_CASE("a batch of sequences is time-major") {
  std::vector<double> memory(3 * 4 * 2);
  std::iota(memory.begin(), memory.end(), 0.0);
  const Batch<double*, Sequence<2>> batch(memory.data(), {3, 4});
  CHECK(batch.rows == 12);
  CHECK(batch.step(0).data == memory.data());
  CHECK(batch.step(2).data[0] == 2 * 3 * 2);
  CHECK(batch.step(2).rows == 3);
  const Batch<double*, Features<2>> features(memory.data(), {3, 4});
  CHECK(features.rows == 3);
}

TEST_CASE("a dry run has symbols instead of rows") {
  const Batch<Planned, Sequence<2>> batch(Planned{7}, {});
  CHECK((batch.rows == Count{1, 0, 0}));
  CHECK((Batch<Planned, Features<2>>(Planned{7}, {}).rows == Count{0, 1, 0}));
  CHECK(batch.step(1).data.region == 7);
  CHECK((batch.step(1).rows == Count{0, 1, 0}));
  CHECK(Symbolic<decltype(batch)>);
  CHECK_FALSE(Symbolic<Row<float*, 3>>);
}

TEST_CASE("a discarded gradient is not wanted") {
  CHECK_FALSE(Wanted<Discard>);
  CHECK_FALSE(Wanted<const Discard&>);
  CHECK(Wanted<Row<float*, 3>>);
}

TEST_CASE("the K-th part of rows") {
  double a[24]{};
  const auto second = part_of<1, 3>(Matrix<double*, 12>{a, 2});
  CHECK((second.data == a + 4 && second.columns == 4 && second.stride == 12 && second.rows == 2));
}

TEST_CASE("rows of a step") {
  struct {
    Extents extents{2, 3};
  } run;
  double a[24]{};
  const auto second = rows_of_step(run, Matrix<double*, 4>{a, 6}, 1);
  CHECK((second.data == a + 8 && second.rows == 2));
}
