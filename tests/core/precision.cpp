#include <doctest/doctest.h>

#include <strata/core/precision.hpp>

using namespace strata;

TEST_CASE("what rounds says how") {
  CHECK_FALSE(Rounding<FullPrecision>);
  CHECK(Rounding<BFloat16>);
  CHECK(Rounding<TensorFloat32>);
  CHECK(BFloat16::rounded(1.0f + 1.0f / 128) == 1.0f + 1.0f / 128);
  CHECK(BFloat16::rounded(1.0f + 1.0f / 512) == 1.0f);
  CHECK(TensorFloat32::rounded(1.0f + 1.0f / 1024) == 1.0f + 1.0f / 1024);
  CHECK(TensorFloat32::rounded(1.0f + 1.0f / 4096) == 1.0f);
}
