#include <strata/backend/thrust/fours.hpp>

#include <doctest/doctest.h>

#include <type_traits>
#include <vector>

using namespace strata;

TEST_CASE_TEMPLATE("fours are loaded and stored whole or in part", T, float, double) {
  alignas(16) T from[8] = {1, 2, 3, 4, 5, 6, 7, 8};
  const auto loaded = [&]<bool Whole>(std::bool_constant<Whole>, std::size_t first, std::size_t count) {
    alignas(16) T to[8] = {};
    detail::store_four<true>(to + 4, detail::load_four<Whole>(from + first, count), 4);
    return std::vector<T>(to, to + 8);
  };
  CHECK(loaded(std::true_type{}, 4, 4) == std::vector<T>{0, 0, 0, 0, 5, 6, 7, 8});
  CHECK(loaded(std::false_type{}, 1, 4) == std::vector<T>{0, 0, 0, 0, 2, 3, 4, 5});
  CHECK(loaded(std::false_type{}, 1, 3) == std::vector<T>{0, 0, 0, 0, 2, 3, 4, 0});
  CHECK(loaded(std::false_type{}, 0, 0) == std::vector<T>(8));
  detail::store_four<false>(from + 1, Pack<T, 4>{{10, 20, 30, 40}}, 3);
  CHECK(std::vector<T>(from, from + 8) == std::vector<T>{1, 10, 20, 30, 5, 6, 7, 8});
}

TEST_CASE("wide loads begin at multiples of 16 bytes") {
  alignas(16) const float x[8] = {};
  alignas(16) const double y[4] = {};
  CHECK(detail::aligned_for<detail::Four<float>>(x));
  CHECK(detail::aligned_for<detail::Four<float>>(x + 4));
  for (const std::size_t i : {1u, 2u, 3u}) CHECK_FALSE(detail::aligned_for<detail::Four<float>>(x + i));
  CHECK_FALSE(detail::aligned_for<detail::Four<double>>(y + 1));
  CHECK(detail::aligned_for<detail::Four<double>>(y + 2));
  CHECK(detail::aligned_for<detail::Few<float, 2>>(x + 2));
  CHECK_FALSE(detail::aligned_for<detail::Few<float, 2>>(x + 1));
  CHECK(sizeof(detail::Few<float, 2>) == 8);
  CHECK(sizeof(detail::Four<double>) == 32);
}

TEST_CASE("the last four may be short") {
  CHECK(detail::fours_of(0) == 0);
  CHECK(detail::fours_of(1) == 1);
  CHECK(detail::fours_of(8) == 2);
  CHECK(detail::fours_of(9) == 3);
}
