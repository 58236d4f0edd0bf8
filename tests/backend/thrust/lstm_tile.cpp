#include <strata/backend/thrust/lstm_tile.hpp>

#include <doctest/doctest.h>

#include <vector>

using namespace strata;

namespace {
template <class Tile>
void check_rows() {
  using T = typename Tile::element;
  const std::size_t rows = Tile::samples - 5, columns = Tile::depth - 4, stride = 40;
  std::vector<T> from((rows - 1) * stride + columns);
  for (std::size_t i = 0; i < from.size(); ++i) from[i] = static_cast<T>(i % 11) - 5;
  std::vector<typename Tile::Group> a(Tile::piece_groups);
  std::vector<detail::Four<T>> b(Tile::depth * 2);
  for (unsigned thread = 0; thread < Tile::threads; ++thread) {
    Tile::store_rows(Tile::fetch_rows(from.data(), stride, rows, columns, thread), a.data(), thread);
  }
  for (unsigned k = 0; k < Tile::depth; ++k) b[2 * k + 1] = {{T(1), static_cast<T>(k), T(0), T(-2)}};
  for (unsigned group = 0; group < Tile::groups; ++group) {
    typename Tile::Registers mine{};
    Tile::multiply(mine, a.data() + group, b.data() + 1, 2);
    for (unsigned i = 0; i < Tile::each; ++i) {
      const std::size_t row = Tile::each * group + i;
      T expected[4]{};
      for (std::size_t k = 0; k < columns && row < rows; ++k) {
        const T x = from[row * stride + k];
        expected[0] += x;
        expected[1] += x * static_cast<T>(k);
        expected[3] -= 2 * x;
      }
      for (unsigned j = 0; j < 4; ++j) CHECK(mine.sums[i][j] == expected[j]);
    }
  }
}
}  // namespace

TEST_CASE_TEMPLATE("rows pass turned into a block's memory, 0 beyond their end, and are multiplied there", T, float,
                   double) {
  check_rows<detail::LstmTile<T, 8, 4, 1>>();
  check_rows<detail::LstmTile<T, 16, 4, 2>>();
  check_rows<detail::LstmTile<T, 16, 2, 1>>();
  check_rows<detail::LstmTile<T, 16, 1, 16 / sizeof(T)>>();
}

TEST_CASE("tiles cover all samples, units and numbers of k") {
  using Tile = detail::LstmTile<float, 16, 4, 1>;
  CHECK(Tile::samples == 32);
  CHECK((detail::LstmTile<float, 16, 1, 1>::samples == 8 && detail::LstmTile<float, 8, 2, 1>::samples == 32));
  CHECK((Tile::tiles(32) == 1 && Tile::tiles(33) == 2 && Tile::tiles(0) == 0));
  CHECK((Tile::unit_blocks(16) == 1 && Tile::unit_blocks(17) == 2));
  CHECK((Tile::pieces(16) == 1 && Tile::pieces(17) == 2 && detail::LstmTile<double, 16, 4, 1>::pieces(16) == 2));
}

TEST_CASE("rows are fetched together where they begin at a multiple of that") {
  alignas(16) const float rows[4]{};
  using Four = detail::LstmTile<float, 16, 1, 4>;
  CHECK(Four::aligned(rows));
  CHECK_FALSE(Four::aligned(rows + 2));
  using Two = detail::LstmTile<float, 16, 1, 2>;
  CHECK(Two::aligned(rows + 2));
  CHECK_FALSE(Two::aligned(rows + 1));
  CHECK(detail::LstmTile<float, 16, 1, 1>::aligned(rows + 1));
}
