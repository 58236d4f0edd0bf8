#include <backend/thrust/lstm_given.hpp>

#include <strata/backend/thrust/lstm_forward_tile.hpp>

#include <doctest/doctest.h>

#include <vector>

using namespace strata;
using support::counted, support::Given;

TEST_CASE("a tile of a later step, its weights kept: the gates of h and weights, and c of the step before") {
  const std::size_t n = 18, batch = 33;  // two units and a sample in the last tile
  auto gates = counted(2 * batch * 4 * n, 7, -3), y = counted(2 * batch * n, 5, -2),
       cell = counted(2 * batch * n, 9, 0), h0 = counted(batch * n, 3, 0), c0 = counted(batch * n, 3, 0);
  const auto recurrent = counted(4 * n * n, 13, -6);
  const auto gates_before = gates, y_before = y, cell_before = cell;
  using Tile = detail::LstmForwardTile<detail::LstmTile<double, 16, 4, 2>, Given>;
  const Tile tile(Given{}, {2, batch, n, recurrent.data(), h0.data(), c0.data(), gates.data(), cell.data(), y.data()});
  std::vector<detail::Four<double>> weights(Tile::kept_fours(n));
  std::vector<Tile::Group> rows(Tile::row_groups());
  std::vector<Tile::Registers> registers(Tile::threads);
  for (unsigned thread = 0; thread < Tile::threads; ++thread) tile.keep_weights(16, weights.data(), thread);
  for (unsigned phase = 0; phase < tile.phases(); ++phase) {
    for (unsigned thread = 0; thread < Tile::threads; ++thread) {
      tile.work<true>(phase, {32, 16}, 1, thread, weights.data(), rows.data(), registers[thread]);
    }
  }
  const std::size_t sample = 32, row = batch + sample;
  for (std::size_t u = 0; u < n; ++u) {
    double z[4];
    for (std::size_t gate = 0; gate < 4; ++gate) {
      z[gate] = gates_before[row * 4 * n + gate * n + u];
      for (std::size_t k = 0; u >= 16 && k < n; ++k) {
        z[gate] += recurrent[(gate * n + u) * n + k] * y_before[sample * n + k];
      }
      CHECK(gates[row * 4 * n + gate * n + u] == z[gate]);
    }
    CHECK(y[row * n + u] == (u < 16 ? y_before[row * n + u] : z[0] - z[3]));
    CHECK(cell[row * n + u] == (u < 16 ? cell_before[row * n + u] : cell_before[sample * n + u] + 1));
  }
  CHECK(std::equal(gates.begin(), gates.begin() + static_cast<long>(row * 4 * n), gates_before.begin()));
}
