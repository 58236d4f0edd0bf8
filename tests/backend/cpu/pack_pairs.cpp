#include <doctest/doctest.h>

#include <strata/backend/cpu/pack_pairs.hpp>

#include <bit>
#include <cstdint>
#include <limits>
#include <vector>

using namespace strata;

namespace {

/// The two bfloat16 of a pair.
std::uint16_t part(float pair, bool upper) {
  return static_cast<std::uint16_t>(std::bit_cast<std::uint32_t>(pair) >> (upper ? 16U : 0U));
}

/// What makes rounding hard, and numbers between.
float number(std::size_t i) {
  constexpr float hard[] = {0.0F,
                            -0.0F,
                            1.0F,
                            1.00390625F,  // halfway, to even below
                            1.01171875F,  // halfway, to even above
                            -1.0039064F,  // just beyond and just below halfway
                            1.0039061F,
                            std::numeric_limits<float>::infinity(),
                            -std::numeric_limits<float>::infinity(),
                            std::numeric_limits<float>::max(),
                            std::numeric_limits<float>::denorm_min(),
                            1e-40F};
  if (i % 14 < std::size(hard)) return hard[i % 14];
  if (i % 14 == 12) return std::bit_cast<float>(i % 2 == 0 ? 0x7fffffffU : 0xff800001U);  // NaNs
  return static_cast<float>(i) * 0.37F - 50;
}

}  // namespace

TEST_CASE("squares hold every number, rounded, and zeros") {
  for (const std::size_t count : {1U, 5U, 16U, 17U, 48U}) {
    for (const std::size_t depth : {1U, 15U, 16U, 17U, 31U, 32U, 33U, 64U, 90U}) {
      for (int form = 0; form < 4; ++form) {
        const bool k_contiguous = (form & 1) != 0, pairs_in_rows = (form & 2) != 0;
        const std::size_t rows = k_contiguous ? count : depth, ld = (k_contiguous ? depth : count) + 3;
        std::vector<float> from((rows - 1) * ld + ld - 3);  // not a number more than is read
        for (std::size_t i = 0; i < from.size(); ++i) from[i] = number(i);
        const std::size_t along = (depth + 31) / 32, squares = (count + 15) / 16 * along;
        std::vector<float> packed(squares * 256 + 1, -7.0F);
        detail::pack_pairs(packed.data(), from.data(), ld, k_contiguous, pairs_in_rows, count, depth);
        CHECK(packed.back() == -7.0F);
        std::size_t wrong = 0;
        for (std::size_t i = 0; i < (count + 15) / 16 * 16; ++i) {
          for (std::size_t p = 0; p < along * 32; ++p) {
            const std::size_t pair = p % 16, square = i / 16 * along + p / 32;
            const float got = packed[square * 256 + (pairs_in_rows ? i % 16 * 16 + pair : pair * 16 + i % 16)];
            const bool inside = i < count && p < depth;
            const std::uint16_t expected =
                inside ? to_bfloat16(from[k_contiguous ? i * ld + p : p * ld + i]) : std::uint16_t{0};
            wrong += part(got, p % 32 >= 16) != expected;
          }
        }
        CAPTURE(count);
        CAPTURE(depth);
        CAPTURE(form);
        CHECK(wrong == 0);
      }
    }
  }
}

TEST_CASE("a square with rows and columns exchanged") {
  std::vector<float> square(256), turned;
  for (std::size_t i = 0; i < 256; ++i) square[i] = static_cast<float>(i);
  turned = square;
  detail::turn_square<xsimd::default_arch>(turned.data());
  for (std::size_t r = 0; r < 16; ++r)
    for (std::size_t c = 0; c < 16; ++c) CHECK(turned[r * 16 + c] == square[c * 16 + r]);
}
