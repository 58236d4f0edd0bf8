#include <doctest/doctest.h>

#include <backend/cpu/tiles.hpp>
#include <strata/backend/cpu/pair_sums.hpp>
#include <strata/core/precision.hpp>
#include <strata/core/processor.hpp>

#include <algorithm>
#include <cmath>
#include <vector>

using namespace strata;

namespace {

float number(std::size_t i, std::size_t seed) {
  return BFloat16::rounded(static_cast<float>((i * 2654435761U + seed * 40503U) % 65536U) / 32768.0F - 1.0F);
}

/// Sums of every tile a unit takes, beside loops in double.
template <class Unit>
void check_unit() {
  for (std::size_t rows = 1; rows <= Unit::rows; ++rows) {
    for (std::size_t squares = 1; squares <= Unit::squares; ++squares) {
      for (const std::size_t length : {0U, 1U, 3U}) {
        const std::size_t k = length * 32, n = squares * 16, stride = Unit::squares * 16;
        std::vector<float> a(rows * k), b(n * k), packed_a(64 * 64 * 4), packed_b(64 * 64 * 4);
        for (std::size_t i = 0; i < a.size(); ++i) a[i] = number(i, 1);
        for (std::size_t i = 0; i < b.size(); ++i) b[i] = number(i, 2);
        detail::pack_pairs(packed_a.data(), a.data(), k, true, true, rows, k);
        detail::pack_pairs(packed_b.data(), b.data(), k, true, false, n, k);
        constexpr std::size_t height = std::max<std::size_t>(Unit::rows, 16);
        std::vector<float> sums(height * stride + 1, -7.0F);
        Unit::run({rows, squares, length, packed_a.data(), packed_b.data(), sums.data(), stride});
        std::size_t wrong = 0;
        for (std::size_t i = 0; i < rows; ++i) {
          for (std::size_t j = 0; j < n; ++j) {
            double expected = 0;
            for (std::size_t p = 0; p < k; ++p) expected += double{a[i * k + p]} * double{b[j * k + p]};
            wrong += !(std::abs(expected - double{sums[i * stride + j]}) <= 1e-5);
          }
        }
        CAPTURE(rows);
        CAPTURE(squares);
        CAPTURE(length);
        CHECK(wrong == 0);
        CHECK(sums.back() == -7.0F);
      }
    }
  }
}

}  // namespace

TEST_CASE("sums of pairs with the registers of every processor") { check_unit<detail::PairLanes<>>(); }

TEST_CASE("sums of pairs in tiles") {
  const PlainTiles tiles;
  check_unit<detail::PairTiles<PlainTiles>>();
}

#if defined(__x86_64__)
TEST_CASE("sums of pairs with AVX512-BF16" * doctest::skip(!detail::multiplies_pairs())) {
  check_unit<detail::PairRegisters>();
}

TEST_CASE("sums of pairs with AMX" * doctest::skip(!detail::multiplies_tiles())) {
  const detail::TileRegisters tiles;
  check_unit<detail::PairTiles<detail::TileRegisters>>();
}
#endif
