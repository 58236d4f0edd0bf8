#include <backend/thrust/lstm_case.hpp>
#include <backend/thrust/on_blocks.hpp>

#include <strata/backend/thrust/lstm_step.hpp>

using namespace strata;

TEST_CASE_TEMPLATE("step by step, product and cell in one kernel, is the composition", T, float, double) {
  for (const bool backwards : {false, true}) {
    support::check_lstm_sizes<T>([&](auto cell, const auto& a) {
      const auto tile = detail::lstm_tile<16>(cell, a);
      using Tile = std::remove_const_t<decltype(tile)>;
      const std::size_t blocks = Tile::unit_blocks(a.hidden) * Tile::tiles(a.batch);
      for (unsigned round = 0; round < a.steps; ++round) {
        support::on_blocks(blocks, detail::LstmStep<Tile>{tile, tile.step(round)}, backwards);
      }
    });
  }
}

TEST_CASE("a stream launches the steps in order") {
  using Stream = Thrust<System::cpp, double>::Stream;
  const auto run = [](auto cell, const auto& a) { detail::lstm_by_steps(Stream{}, cell, a); };
  support::check_lstm<double, 33>(70, 3, run);
  support::check_lstm<double, 5>(1, 1, run);
}
