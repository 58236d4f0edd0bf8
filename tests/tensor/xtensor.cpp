#include <strata/tensor/xtensor.hpp>

#include <doctest/doctest.h>

#include <cstdint>

TEST_CASE("arrays of run-time rank compile and index") {
  auto array = xt::xarray<std::uint8_t>::from_shape({2, 3});
  array.fill(7);
  array(1, 2) = 9;
  CHECK(array.dimension() == 2);
  CHECK(array.data()[5] == 9);
  const xt::xtensor<std::uint8_t, 2> fixed = array;
  CHECK(fixed(1, 2) == 9);
}
