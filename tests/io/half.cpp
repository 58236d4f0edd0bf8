#include <strata/io/half.hpp>

#include <doctest/doctest.h>

#include <limits>

using namespace strata;

TEST_CASE("float16 widens exactly") {
  CHECK(io::float16_to_float(0x3c00) == 1.0F);
  CHECK(io::float16_to_float(0xc000) == -2.0F);
  CHECK(io::float16_to_float(0x7bff) == 65504.0F);
  CHECK(io::float16_to_float(0x3555) == 0.333251953125F);
  CHECK(io::float16_to_float(0x0400) == 0x1p-14F);
}

TEST_CASE("float16 subnormals, zeros, infinities and NaN survive") {
  CHECK(io::float16_to_float(0x0001) == 0x1p-24F);
  CHECK(io::float16_to_float(0x83ff) == -1023 * 0x1p-24F);
  CHECK(io::float16_to_float(0x0000) == 0.0F);
  CHECK(std::signbit(io::float16_to_float(0x8000)));
  CHECK(io::float16_to_float(0xfc00) == -std::numeric_limits<float>::infinity());
  CHECK(std::isnan(io::float16_to_float(0x7e00)));
}
