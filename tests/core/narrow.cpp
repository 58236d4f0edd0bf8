#include <strata/core/narrow.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <initializer_list>
#include <limits>

using namespace strata;

namespace {
constexpr float infinity = std::numeric_limits<float>::infinity();
constexpr float not_a_number = std::numeric_limits<float>::quiet_NaN();
constexpr float rounded(float x) { return bfloat16_to_float(to_bfloat16(x)); }
constexpr float from_bits(std::uint32_t bits) { return std::bit_cast<float>(bits); }

/// No number of `fraction` bits is nearer; a tie goes to the even one or away from zero.
void check_nearest(float x, float given, int fraction, bool to_even) {
  int exponent = 0;
  std::frexp(static_cast<double>(x), &exponent);
  const double unit = std::ldexp(1.0, std::max(exponent - 1, -126) - fraction);
  const double scaled = static_cast<double>(x) / unit, whole = std::floor(scaled), part = scaled - whole;
  double nearest = part < 0.5 ? whole : whole + 1;
  if (part == 0.5 && to_even) nearest = std::fmod(whole, 2) == 0 ? whole : whole + 1;
  if (part == 0.5 && !to_even) nearest = x < 0 ? whole : whole + 1;
  CHECK(static_cast<double>(given) == nearest * unit);
}
}  // namespace

static_assert(rounded(1 + 0x1p-8F) == 1);
static_assert(to_tensor_float32(1 + 0x1p-11F) == 1 + 0x1p-10F);

TEST_CASE("bfloat16 is the upper half of a float") {
  CHECK(bfloat16_to_float(0x3f80) == 1.0F);
  CHECK(bfloat16_to_float(0xc049) == -3.140625F);
  CHECK(bfloat16_to_float(0x7f80) == infinity);
  CHECK(std::isnan(bfloat16_to_float(0x7fc0)));
  std::size_t wrong = 0;
  for (std::uint32_t bits = 0; bits < 0x10000U; ++bits) {
    const float value = bfloat16_to_float(static_cast<std::uint16_t>(bits));
    wrong += !std::isnan(value) && to_bfloat16(value) != bits;
  }
  CHECK(wrong == 0);
}

TEST_CASE("a float becomes the nearest bfloat16, between two the even one") {
  CHECK(rounded(1 + 0x1p-8F) == 1);
  CHECK(rounded(1 + 3 * 0x1p-8F) == 1 + 0x1p-6F);
  CHECK(rounded(1 + 0x1p-8F + 0x1p-20F) == 1 + 0x1p-7F);
  CHECK(rounded(-3.14159274F) == -3.140625F);
  CHECK(rounded(0x1p-133F * 1.5F) == 0x1p-132F);  // subnormal, a tie
  for (std::uint32_t bits = 0x00010000U; bits < 0x7f7f0000U; bits += 0x12345U) {
    check_nearest(from_bits(bits), rounded(from_bits(bits)), 7, true);
    check_nearest(-from_bits(bits), rounded(-from_bits(bits)), 7, true);
  }
}

TEST_CASE("a float becomes the nearest TensorFloat-32, between two the larger") {
  CHECK(to_tensor_float32(1 + 0x1p-11F) == 1 + 0x1p-10F);
  CHECK(to_tensor_float32(-1 - 0x1p-11F) == -1 - 0x1p-10F);
  CHECK(to_tensor_float32(1 + 0x1p-12F) == 1);
  for (std::uint32_t bits = 0x00010000U; bits < 0x7f7fe000U; bits += 0x12345U) {
    check_nearest(from_bits(bits), to_tensor_float32(from_bits(bits)), 10, false);
    check_nearest(-from_bits(bits), to_tensor_float32(-from_bits(bits)), 10, false);
  }
}

TEST_CASE("zeros, infinities and NaN stay, and what is too large is infinite") {
  for (const auto round : {+[](float x) { return rounded(x); }, +[](float x) { return to_tensor_float32(x); }}) {
    CHECK(round(0.0F) == 0);
    CHECK(std::signbit(round(-0.0F)));
    CHECK(round(infinity) == infinity);
    CHECK(round(-infinity) == -infinity);
    CHECK(std::isnan(round(not_a_number)));
    CHECK(std::isnan(round(from_bits(0x7f800001U))));  // all its fraction bits are cut
    CHECK(std::isnan(round(from_bits(0xffffffffU))));
    CHECK(round(std::numeric_limits<float>::max()) == infinity);
    CHECK(round(std::numeric_limits<float>::lowest()) == -infinity);
  }
}
