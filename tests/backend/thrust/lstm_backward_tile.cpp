#include <backend/thrust/lstm_given.hpp>

#include <strata/backend/thrust/lstm_backward_tile.hpp>

#include <doctest/doctest.h>

#include <vector>

using namespace strata;
using support::counted, support::Given;

TEST_CASE("a tile of each of two steps, its weights kept: dh is 0 behind the last step, else dz times weights") {
  const std::size_t n = 18, batch = 33, sample = 32;  // two units and a sample in the last tile
  auto gates = counted(2 * batch * 4 * n, 7, -3), dc = counted(batch * n, 5, 7);
  const auto cell = counted(2 * batch * n, 9, 0), dy = counted(2 * batch * n, 11, 0), c0 = counted(batch * n, 3, 0),
             recurrent = counted(4 * n * n, 13, -6);
  using Tile = detail::LstmBackwardTile<detail::LstmTile<double, 16, 4, 2>, Given>;
  const Tile tile(Given{}, {2, batch, n, recurrent.data(), c0.data(), cell.data(), dy.data(), gates.data(), dc.data()});
  std::vector<detail::Four<double>> weights(Tile::kept_fours(n));
  std::vector<Tile::Group> rows(Tile::row_groups());
  std::vector<Tile::Registers> registers(Tile::threads);
  for (unsigned thread = 0; thread < Tile::threads; ++thread) tile.keep_weights(16, weights.data(), thread);
  for (const std::size_t t : {1U, 0U}) {
    const auto before = gates, dc_before = dc;
    for (unsigned phase = 0; phase < tile.phases(); ++phase) {
      for (unsigned thread = 0; thread < Tile::threads; ++thread) {
        tile.work<true>(phase, {sample, 16}, t, thread, weights.data(), rows.data(), registers[thread]);
      }
    }
    const std::size_t row = t * batch + sample;
    for (std::size_t u = 16; u < n; ++u) {
      double dh = 0;
      for (std::size_t k = 0; t == 0 && k < 4 * n; ++k) {
        dh += before[(batch + sample) * 4 * n + k] * recurrent[k * n + u];
      }
      const double* const was = before.data() + row * 4 * n + u;
      const double* const z = gates.data() + row * 4 * n + u;
      CHECK(z[0] == dh);
      CHECK(z[n] == cell[row * n + u] + was[0]);
      CHECK(z[2 * n] == (t == 0 ? c0 : cell)[sample * n + u] + was[n]);
      CHECK(z[3 * n] == dy[row * n + u] + was[2 * n]);
      CHECK(dc[sample * n + u] == (t == 0 ? dc_before[sample * n + u] : 0.0) + was[3 * n]);
    }
    CHECK(gates[row * 4 * n + 15] == before[row * 4 * n + 15]);
    CHECK(dc[sample * n + 15] == dc_before[sample * n + 15]);
  }
}
