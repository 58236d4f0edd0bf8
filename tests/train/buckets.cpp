#include <strata/train/buckets.hpp>

#include <doctest/doctest.h>

using namespace strata;

namespace {
const std::vector<std::uint32_t> lengths{5, 1, 3, 2, 1, 4, 2, 3};
}  // namespace

TEST_CASE("samples are sorted by length within a bucket, and stay in their order where it is equal") {
  std::vector<std::size_t> order{7, 6, 5, 4, 3, 2, 1, 0};
  sort_buckets(order, lengths.data(), 2, 2);
  CHECK(order == std::vector<std::size_t>{4, 6, 7, 5, 1, 3, 2, 0});
  sort_buckets(order, lengths.data(), 3, 1);
  CHECK(order == std::vector<std::size_t>{4, 6, 7, 1, 3, 5, 2, 0});
  sort_buckets(order, lengths.data(), 3, static_cast<std::size_t>(-1));  // all of them
  CHECK(order == std::vector<std::size_t>{4, 1, 6, 3, 7, 2, 5, 0});
}

TEST_CASE("batches change places whole, another way each epoch, and the last short one stays") {
  const std::vector<std::size_t> before{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
  std::vector<std::size_t> first = before, second = before;
  shuffle_batches(first, 2, philox_key(1), 0, 0);
  shuffle_batches(second, 2, philox_key(1), 0, 1);
  CHECK(first != before);
  CHECK(first != second);
  CHECK(first.back() == 12);
  std::vector<std::size_t> batches(6);
  shuffle_order(batches, philox_key(1), 0, 0, Shuffled::batches);
  for (std::size_t b = 0; b < 6; ++b) {
    CHECK(first[2 * b] == 2 * batches[b]);
    CHECK(first[2 * b + 1] == 2 * batches[b] + 1);
  }
}
