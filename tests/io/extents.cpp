#include <strata/io/extents.hpp>

#include <doctest/doctest.h>

#include <vector>

using namespace strata;
using Shape = std::vector<std::size_t>;

TEST_CASE("elements of a shape are counted") {
  CHECK(io::element_count(Shape{}) == 1);
  CHECK(io::element_count(Shape{3, 4, 5}) == 60);
  CHECK(io::element_count(Shape{3, 0, 5}) == 0);
}

TEST_CASE("a shape that no memory could hold has no count") {
  constexpr std::size_t half = std::size_t{1} << 32U;
  CHECK(io::element_count(Shape{half, half}) == std::nullopt);
  CHECK(io::element_count(Shape{half, half, 0}) == std::nullopt);
  CHECK(io::element_count(Shape{0, half, half}) == std::nullopt);
  CHECK(io::element_count(Shape{std::size_t{1} << 58U}) == std::size_t{1} << 58U);
  CHECK(io::element_count(Shape{std::size_t{1} << 59U}) == std::nullopt);
}
