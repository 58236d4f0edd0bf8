#include <strata/io/cast.hpp>

#include <doctest/doctest.h>

#include <cstdint>

using namespace strata;
using io::exact_cast;
using io::rounded_cast;

namespace {
constexpr double infinite = std::numeric_limits<double>::infinity();
constexpr double no_number = std::numeric_limits<double>::quiet_NaN();
}  // namespace

TEST_CASE("integers convert within their range") {
  CHECK(exact_cast<std::uint8_t>(std::int64_t{255}) == std::uint8_t{255});
  CHECK(exact_cast<std::uint8_t>(std::int64_t{256}) == std::nullopt);
  CHECK(exact_cast<std::uint8_t>(std::int32_t{-1}) == std::nullopt);
  CHECK(exact_cast<std::int64_t>(std::numeric_limits<std::uint64_t>::max()) == std::nullopt);
  CHECK(exact_cast<bool>(std::int32_t{1}) == true);
  CHECK(exact_cast<bool>(std::int32_t{2}) == std::nullopt);
  CHECK(exact_cast<std::int32_t>(true) == 1);
}

TEST_CASE("integers become floating-point numbers only where these are exact") {
  CHECK(exact_cast<float>(std::int32_t{1 << 24}) == 16777216.0F);
  CHECK(exact_cast<float>(std::int32_t{(1 << 24) + 1}) == std::nullopt);
  CHECK(exact_cast<float>(std::numeric_limits<std::int64_t>::max()) == std::nullopt);
  CHECK(exact_cast<double>(std::numeric_limits<std::int64_t>::min()) == -9223372036854775808.0);
}

TEST_CASE("floating-point numbers become integers only where these are whole and in range") {
  CHECK(exact_cast<std::int32_t>(-3.0) == -3);
  CHECK(exact_cast<std::int32_t>(-3.5) == std::nullopt);
  CHECK(exact_cast<std::int32_t>(2147483648.0) == std::nullopt);
  CHECK(exact_cast<std::int32_t>(-2147483648.0) == std::numeric_limits<std::int32_t>::min());
  CHECK(exact_cast<std::uint8_t>(-1.0F) == std::nullopt);
  CHECK(exact_cast<std::int64_t>(no_number) == std::nullopt);
  CHECK(exact_cast<std::int64_t>(infinite) == std::nullopt);
  CHECK(exact_cast<bool>(1.0F) == true);
  CHECK(exact_cast<bool>(2.0F) == std::nullopt);
}

TEST_CASE("a double becomes a float exactly or, where asked, rounded") {
  CHECK(exact_cast<float>(0.5) == 0.5F);
  CHECK(exact_cast<float>(0.1) == std::nullopt);
  CHECK(rounded_cast<float>(0.1) == 0.1F);
  CHECK(exact_cast<double>(0.1F) == static_cast<double>(0.1F));
}

TEST_CASE("beyond the range of float there is no value, but infinities and NaN remain") {
  CHECK(rounded_cast<float>(1e39) == std::nullopt);
  CHECK(exact_cast<float>(-1e39) == std::nullopt);
  CHECK(exact_cast<float>(infinite) == std::numeric_limits<float>::infinity());
  CHECK(rounded_cast<float>(-infinite) == -std::numeric_limits<float>::infinity());
  REQUIRE(exact_cast<float>(no_number).has_value());
  CHECK(std::isnan(*exact_cast<float>(no_number)));
}
