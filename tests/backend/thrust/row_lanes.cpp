#include <doctest/doctest.h>

#include <strata/backend/thrust/row_lanes.hpp>

#include <set>
#include <utility>

using namespace strata;

TEST_CASE("a row is one thread's, some threads', a block's") {
  const auto lanes = [](std::size_t columns) { return RowLanes<256>::of(columns).lanes(); };
  CHECK(lanes(0) == 1);
  CHECK(lanes(4) == 1);
  CHECK(lanes(5) == 2);
  CHECK(lanes(10) == 4);
  CHECK(lanes(1024) == 256);
  CHECK(lanes(50'000) == 256);
}

TEST_CASE("every lane of every row is one thread of one block") {
  for (const std::size_t columns : {1u, 10u, 50u, 1000u}) {
    const auto lanes = RowLanes<64>::of(columns);
    std::set<std::pair<std::size_t, unsigned>> seen;
    for (std::size_t block = 0; block < lanes.blocks(100); ++block) {
      for (unsigned thread = 0; thread < 64; ++thread) {
        CHECK(seen.emplace(lanes.row(block, thread), lanes.lane(thread)).second);
        CHECK(lanes.lane(lanes.first(thread)) == 0);
        CHECK(lanes.row(block, lanes.first(thread)) == lanes.row(block, thread));
      }
    }
    CHECK(seen.size() >= 100 * lanes.lanes());
    CHECK(seen.size() < 100 * lanes.lanes() + 64);
    CHECK(seen.contains({99, lanes.lanes() - 1}));
  }
}
