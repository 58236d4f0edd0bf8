#include <strata/backend/thrust/lstm_tile.hpp>

#include <doctest/doctest.h>

#include <vector>

using namespace strata;

TEST_CASE_TEMPLATE("rows pass turned into a block's memory, 0 beyond their end, and are multiplied there", T, float,
                   double) {
  using Tile = detail::LstmTile<T, 8>;
  const std::size_t rows = Tile::samples - 5, columns = Tile::depth - 3, stride = 40;
  std::vector<T> from((rows - 1) * stride + columns);
  for (std::size_t i = 0; i < from.size(); ++i) from[i] = static_cast<T>(i % 11) - 5;
  std::vector<detail::Four<T>> a(Tile::piece_fours), b(Tile::depth * 2);
  for (unsigned thread = 0; thread < Tile::threads; ++thread) {
    Tile::store(Tile::fetch(from.data(), stride, rows, columns, thread), a.data(), thread);
  }
  for (unsigned k = 0; k < Tile::depth; ++k) b[2 * k + 1] = {{T(1), static_cast<T>(k), T(0), T(-2)}};
  for (unsigned group = 0; group < Tile::samples / 4; ++group) {
    typename Tile::Registers mine{};
    Tile::multiply(mine, a.data() + group, b.data() + 1, 2);
    for (unsigned i = 0; i < 4; ++i) {
      T expected[4]{};
      for (std::size_t k = 0; k < columns && 4 * group + i < rows; ++k) {
        const T x = from[(4 * group + i) * stride + k];
        expected[0] += x;
        expected[1] += x * static_cast<T>(k);
        expected[3] -= 2 * x;
      }
      for (unsigned j = 0; j < 4; ++j) CHECK(mine.sums[i][j] == expected[j]);
    }
  }
}

TEST_CASE("tiles cover all samples, units and numbers of k") {
  using Tile = detail::LstmTile<float, 16>;
  CHECK(Tile::samples == 32);
  CHECK((Tile::tiles(32) == 1 && Tile::tiles(33) == 2 && Tile::tiles(0) == 0));
  CHECK((Tile::unit_blocks(16) == 1 && Tile::unit_blocks(17) == 2));
  CHECK((Tile::pieces(16) == 1 && Tile::pieces(17) == 2 && detail::LstmTile<double, 16>::pieces(16) == 2));
}
