#include <doctest/doctest.h>

#include <strata/backend/common/one_row.hpp>

using namespace strata;

TEST_CASE("operands whose rows lie behind each other are one row") {
  using Out = Pack<Operand<float>, 1>;
  using In = Pack<Operand<const float>, 2>;
  const auto one = [](std::size_t rows, std::size_t out, std::size_t a, std::size_t b) {
    return detail::one_row(rows, 5, Out{{{nullptr, out}}}, In{{{nullptr, a}, {nullptr, b}}});
  };
  CHECK(one(3, 5, 5, 5));
  CHECK_FALSE(one(3, 6, 5, 5));
  CHECK_FALSE(one(3, 5, 5, 0));
  CHECK(one(1, 6, 0, 5));
}
