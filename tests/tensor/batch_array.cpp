#include <doctest/doctest.h>

#include <strata/tensor/batch_array.hpp>

#include <vector>

using namespace strata;

TEST_CASE("a dense array of the right type is used where it lies") {
  const xt::xtensor<float, 3> x({2, 3, 4});
  const BatchArray<Sequence<4>, float> batch(x, "test");
  CHECK(batch.data() == x.data());
  CHECK(batch.extents() == Extents{2, 3});
  CHECK(BatchArray<Features<4>, float>(xt::xtensor<float, 2>({5, 4}), "test").extents() == Extents{5, 1});
  CHECK(BatchArray<Image<2, 3, 4>, float>(xt::xtensor<float, 4>({5, 2, 3, 4}), "test").extents() == Extents{5, 1});
}

TEST_CASE("every other expression is evaluated, in row-major order") {
  xt::xtensor<float, 2> x{{1, 2}, {3, 4}, {5, 6}};
  const BatchArray<Features<2>, float> sum(x + 1.0f, "test");
  CHECK(sum.data()[5] == 7);
  const BatchArray<Features<3>, float> turned(xt::transpose(x), "test");
  CHECK(turned.extents().batch == 2);
  CHECK(turned.data()[1] == 3);
  const xt::xtensor<float, 2, xt::layout_type::column_major> columns = x;
  CHECK(BatchArray<Features<2>, float>(columns, "test").data()[1] == 2);
  const xt::xtensor<double, 2> wide = x;
  CHECK(BatchArray<Features<2>, float>(wide, "test").data()[4] == 5);
  const xt::xarray<float> dynamic = x;
  CHECK(BatchArray<Features<2>, float>(dynamic, "test").data()[3] == 4);
}

TEST_CASE("arrays that do not fit are refused in the caller's name") {
  using Sequences = BatchArray<Sequence<4>, float>;
  CHECK_THROWS_WITH_AS(Sequences(xt::xtensor<float, 3>({2, 3, 5}), "predict"),
                       "strata: predict was given an array of shape [2, 3, 5], but needs [batch, steps, 4]",
                       ShapeError);
  CHECK_THROWS_AS(Sequences(xt::xarray<float>::from_shape({2, 4}), "fit"), ShapeError);
}

TEST_CASE("ids of any integers are elements, batch-major, and checked") {
  using Ids = BatchArray<Tokens<7>, float>;
  const xt::xtensor<std::int64_t, 2> x{{0, 1, 2}, {3, 4, 6}};
  const Ids ids(x, "test"), turned(xt::transpose(x), "test");
  CHECK(ids.extents() == Extents{2, 3});
  CHECK(ids.each() == 3);
  CHECK(std::vector<float>(ids.data(), ids.data() + 6) == std::vector<float>{0, 1, 2, 3, 4, 6});
  CHECK(turned.extents() == Extents{3, 2});
  CHECK(std::vector<float>(turned.data(), turned.data() + 6) == std::vector<float>{0, 3, 1, 4, 2, 6});
  CHECK_THROWS_WITH_AS(Ids(x + 1, "fit"), "strata: fit was given the id 7 at [1, 2], but needs ids in [0, 7)",
                       ValueError);
  CHECK_THROWS_WITH_AS(Ids(xt::xtensor<int, 1>(std::array<std::size_t, 1>{2}), "fit"),
                       "strata: fit was given an array of shape [2], but needs [batch, steps]", ShapeError);
}

TEST_CASE("an empty batch is a batch") {
  CHECK(BatchArray<Features<4>, float>(xt::xtensor<float, 2>({0, 4}), "test").extents().batch == 0);
}

TEST_CASE("arrays for results have the extents and sizes of the shape") {
  const auto images = make_batch<Image<1, 2, 3>, float>({5, 1});
  CHECK((images.shape(0) == 5 && images.shape(1) == 1 && images.shape(2) == 2 && images.shape(3) == 3));
  const auto sequences = make_batches<Sequence<7>, double>(3, {5, 2});
  CHECK((sequences.shape(0) == 3 && sequences.shape(1) == 5 && sequences.shape(2) == 2 && sequences.shape(3) == 7));
}

TEST_CASE("lengths of ragged sequences come with them, are copied and checked") {
  const xt::xtensor<float, 3> x({2, 3, 4});
  std::vector<std::int64_t> lengths{3, 1};
  const BatchArray<RaggedSequence<4>, float> batch(Padded{x, lengths}, "test");
  lengths[1] = 7;
  CHECK(batch.data() == x.data());
  CHECK((batch.extents().batch == 2 && batch.extents().steps == 3));
  CHECK((batch.extents().length(0) == 3 && batch.extents().length(1) == 1));
  using Ragged = BatchArray<RaggedSequence<4>, float>;
  CHECK_THROWS_WITH_AS(Ragged(Padded{x, lengths}, "predict"),
                       "strata: predict was given the length 7 for sample 1, but needs lengths in [1, 3]", ValueError);
  CHECK_THROWS_AS(Ragged(Padded{x, std::vector<int>{1}}, "predict"), ShapeError);
  CHECK_THROWS_AS(Ragged(Padded{xt::xtensor<float, 3>({2, 3, 5}), lengths}, "predict"), ShapeError);
}
