#include <backend/thrust/lstm_case.hpp>
#include <backend/thrust/on_blocks.hpp>

#include <strata/backend/thrust/lstm_step.hpp>

using namespace strata;

static_assert(detail::lstm_together<float>(128) == 4 && detail::lstm_together<float>(650) == 2);
static_assert(detail::lstm_together<float>(33) == 1 && detail::lstm_together<double>(128) == 2);

TEST_CASE_TEMPLATE("step by step, product and cell in one kernel, is the composition", T, float, double) {
  const auto check = [&]<unsigned Samples>(bool backwards) {
    support::check_lstm_sizes<T>([&](auto cell, const auto& a) {
      support::with_together<T>(a.hidden, [&]<unsigned Together>() {
        const auto tile = detail::lstm_tile<16, Samples, Together>(cell, a);
        using Tile = std::remove_const_t<decltype(tile)>;
        const std::size_t blocks = Tile::unit_blocks(a.hidden) * Tile::tiles(a.batch);
        for (unsigned round = 0; round < a.steps; ++round) {
          support::on_blocks(blocks, detail::LstmStep<Tile>{tile, tile.step(round)}, backwards);
        }
      });
    });
  };
  check.template operator()<1>(true);
  check.template operator()<2>(false);
  check.template operator()<4>(true);
  check.template operator()<4>(false);
}

TEST_CASE("a launch a step has a block for each multiprocessor where it can, and at most two") {
  CHECK(detail::lstm_step_samples(1, 128, 132) == 1);
  CHECK(detail::lstm_step_samples(8, 132 * 16, 132) == 4);
  CHECK(detail::lstm_step_samples(33, 66 * 16, 132) == 4);
  CHECK(detail::lstm_step_samples(32, 66 * 16, 132) == 2);
  CHECK(detail::lstm_step_samples(16, 66 * 16, 132) == 1);
  CHECK(detail::lstm_step_samples(128, 66 * 16, 132) == 4);
  CHECK(detail::lstm_step_samples(129, 66 * 16, 132) == 0);
}

TEST_CASE("a stream launches the steps in order") {
  using Stream = Thrust<System::cpp, double>::Stream;
  const auto run = [](auto cell, const auto& a) { detail::lstm_by_steps<4, 1>(Stream{}, cell, a); };
  support::check_lstm<double, 33>(70, 3, run);
  support::check_lstm<double, 5>(1, 1, run);
}
