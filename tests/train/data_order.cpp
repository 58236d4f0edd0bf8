#include <strata/train/data_order.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <vector>

using namespace strata;

namespace {
std::vector<std::size_t> order(std::size_t n, std::uint64_t seed, std::uint64_t epoch, std::uint64_t fit = 0) {
  std::vector<std::size_t> all(n, 99);
  shuffle_order(all, philox_key(seed), fit, epoch);
  return all;
}
}  // namespace

TEST_CASE("every sample comes once") {
  for (const std::size_t n : {0u, 1u, 2u, 17u, 1000u}) {
    auto all = order(n, 1, 0);
    std::sort(all.begin(), all.end());
    for (std::size_t i = 0; i < n; ++i) CHECK(all[i] == i);
  }
}

TEST_CASE("seed, fit and epoch fix the order, on every machine") {
  CHECK(order(100, 1, 3) == order(100, 1, 3));
  CHECK(order(100, 1, 3) != order(100, 1, 4));
  CHECK(order(100, 1, 3) != order(100, 2, 3));
  CHECK(order(100, 1, 3) != order(100, 1, 3, 1));
  CHECK(order(100, 1, 0, 1) != order(100, 1, 0x10000));
  std::vector<std::size_t> batches(100);
  shuffle_order(batches, philox_key(1), 0, 3, Shuffled::batches);
  CHECK(batches != order(100, 1, 3));
  CHECK(order(8, 42, 0) == std::vector<std::size_t>{5, 2, 4, 7, 0, 1, 3, 6});
}

TEST_CASE("all orders are about equally frequent") {
  std::array<int, 6> seen{};
  for (std::uint32_t epoch = 0; epoch < 6000; ++epoch) {
    const auto o = order(3, 5, epoch);
    ++seen[o[0] * 2 + (o[1] > o[2] ? 1 : 0)];
  }
  for (const int count : seen) CHECK(std::abs(count - 1000) < 150);  // five standard deviations
}
