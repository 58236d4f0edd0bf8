#include <doctest/doctest.h>

#include <strata/tensor/batch_shape.hpp>

#include <vector>

using namespace strata;

namespace {
using Sizes = std::vector<std::size_t>;
}

TEST_CASE("the extents of a batch follow from the sizes of its array") {
  CHECK(batch_extents<Features<4>>(Sizes{5, 4}, "test") == Extents{5, 1});
  CHECK(batch_extents<Sequence<4>>(Sizes{2, 3, 4}, "test") == Extents{2, 3});
  CHECK(batch_extents<Image<2, 3, 4>>(Sizes{5, 2, 3, 4}, "test") == Extents{5, 1});
  CHECK(batch_extents<Features<4>>(Sizes{0, 4}, "test") == Extents{0, 1});
  CHECK(batch_rank<Image<1, 2, 3>> == 4);
}

TEST_CASE("arrays that do not fit are refused with both shapes and the caller") {
  CHECK_THROWS_WITH_AS(batch_extents<Sequence<4>>(Sizes{2, 3, 5}, "predict"),
                       "strata: predict was given an array of shape [2, 3, 5], but needs [batch, steps, 4]",
                       ShapeError);
  CHECK_THROWS_AS(batch_extents<Sequence<4>>(Sizes{2, 0, 4}, "predict"), ShapeError);
  CHECK_THROWS_WITH_AS(batch_extents<Sequence<4>>(Sizes{2, 4}, "fit"),
                       "strata: fit was given an array of shape [2, 4], but needs [batch, steps, 4]", ShapeError);
  CHECK_THROWS_WITH_AS((batch_extents<Image<1, 2, 3>>(Sizes{9, 1, 3, 2}, "predict")),
                       "strata: predict was given an array of shape [9, 1, 3, 2], but needs [batch, 1, 2, 3]",
                       ShapeError);
}
