#include <doctest/doctest.h>

#include <strata/tensor/turned.hpp>

using namespace strata;

TEST_CASE("rows of a turned matrix are columns of its memory") {
  float memory[3 * 8] = {};
  const Turned<float*, 8, 3, true> all{memory};
  CHECK(all.columns == 3);
  CHECK(all.stride == 8);
  const auto some = all.rows_from<2, 5>();
  CHECK(some.data == memory + 2);
  CHECK(std::is_same_v<decltype(some), const Turned<float*, 5, 3, true, FullPrecision, 8>>);
}
