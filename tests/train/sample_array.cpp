#include <doctest/doctest.h>

#include <strata/strata.hpp>
#include <strata/train/sample_array.hpp>

#include <algorithm>
#include <array>
#include <vector>

using namespace strata;

TEST_CASE_TEMPLATE("rows come in the order that was asked for, wherever they lie", E, float, std::int32_t) {
  const std::array<E, 8> rows{0, 1, 10, 11, 20, 21, 30, 31};
  const std::array<std::size_t, 4> order{3, 0, 2, 1};
  const std::uint64_t first = 1;
  for (const bool resident : {true, false}) {
    SampleArray<E, Cpu<float>> array;
    array.assign(rows, 2, resident);
    const OrderedSamples samples{order.data(), order.data(), first, &first, 1};
    const E* batch = array.gather({}, samples, 2, 2);
    CHECK(std::vector<E>(batch, batch + 4) == std::vector<E>{20, 21, 10, 11});
    const E* again = array.gather({}, {order.data(), order.data(), first, &first, 0}, 1, 2);
    CHECK(again == batch);  // the memory serves again
    CHECK(again[0] == 0);
    const E* beginnings = array.gather({}, samples, 2, 1);
    CHECK(std::vector<E>(beginnings, beginnings + 2) == std::vector<E>{20, 10});
  }
}
