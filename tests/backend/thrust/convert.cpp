#include <strata/backend/thrust/convert.hpp>

#include <doctest/doctest.h>

#include <vector>

using namespace strata;

TEST_CASE("a matrix with gaps becomes one of other numbers with other gaps, which stay") {
  std::vector<float> from(2 * 5);
  for (std::size_t i = 0; i < from.size(); ++i) from[i] = 1 + static_cast<float>(i) * 0x1p-8F;
  std::vector<std::uint16_t> bits(2 * 4, 7);
  std::vector<float> floats(2 * 4, 7.0F);
  const Operand<const float> source{from.data(), 5};
  detail::convert(Thrust<System::cpp, float>::Stream{}, 2, 3, detail::BitsOfBFloat16{}, source,
                  Operand<std::uint16_t>{bits.data(), 4});
  detail::convert(Thrust<System::cpp, float>::Stream{}, 2, 3, detail::Rounded<TensorFloat32>{}, source,
                  Operand<float>{floats.data(), 4});
  for (std::size_t row = 0; row < 2; ++row) {
    for (std::size_t column = 0; column < 3; ++column) {
      CHECK(bits[row * 4 + column] == to_bfloat16(from[row * 5 + column]));
      CHECK(floats[row * 4 + column] == to_tensor_float32(from[row * 5 + column]));
    }
    CHECK(bits[row * 4 + 3] == 7);
    CHECK(floats[row * 4 + 3] == 7.0F);
  }
}
