#include <doctest/doctest.h>

#include <strata/tensor/xtensor.hpp>
#include <strata/testing/all_close.hpp>

#include <limits>
#include <span>
#include <vector>

using strata::all_close;

TEST_CASE("the bound is relative to the largest element of the second tensor") {
  const std::vector<double> b{100, 1, 0};
  CHECK(all_close(std::vector<double>{100.9, 1.9, 0.9}, b, 1e-2));
  const auto off = all_close(std::vector<double>{100.9, 2.1, 0.9}, b, 1e-2);
  CHECK_FALSE(off);
  CHECK(off.worst == 1);
  CHECK(off.difference == doctest::Approx(1.1));
  CHECK(off.bound == doctest::Approx(1.0));
  CHECK(off.text.find("element 1 of 3") == 0);
  CHECK(all_close(std::vector<double>{100.9, 2.1, 0.9}, b, 1e-2, 0.2));
}

TEST_CASE("the largest difference is reported, not the first") {
  const auto off = all_close(std::vector<float>{1.5f, 1, 3, 1.25f}, std::vector<float>{1, 1, 1, 1}, 1e-3);
  CHECK(off.worst == 2);
}

TEST_CASE("NaN is close to nothing and infinity to itself") {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN(), infinity = std::numeric_limits<double>::infinity();
  CHECK_FALSE(all_close(std::vector<double>{1, nan, 2}, std::vector<double>{1, 1, 2}, 1e9, 1e9));
  CHECK(all_close(std::vector<double>{1, nan, 2}, std::vector<double>{1, 1, 5}, 1e-9).worst == 1);
  CHECK_FALSE(all_close(std::vector<double>{nan}, std::vector<double>{nan}, 1, 1));
  CHECK_FALSE(all_close(std::vector<double>{1}, std::vector<double>{nan}, 1, 1));
  CHECK(all_close(std::vector<double>{infinity, 1}, std::vector<double>{infinity, 1}, 0));
  CHECK_FALSE(all_close(std::vector<double>{infinity, 1}, std::vector<double>{-infinity, 1}, 1));
  CHECK_FALSE(all_close(std::vector<double>{3, 1}, std::vector<double>{infinity, 1}, 1));
}

TEST_CASE("sizes must agree; spans and arrays of other element types compare") {
  CHECK_FALSE(all_close(std::vector<double>{1}, std::vector<double>{1, 2}, 1));
  CHECK(all_close(std::vector<double>{}, std::vector<double>{}, 0));
  const xt::xtensor<float, 2> array{{1, 2}, {3, 4}};
  const std::vector<double> same{1, 2, 3, 4};
  CHECK(all_close(array, std::span<const double>(same), 0));
}
