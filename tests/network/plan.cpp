#include "network/support.hpp"

#include <doctest/doctest.h>

using namespace network_tests;

namespace {
using Eight =
    Sequential<Linear<256>, Linear<256>, Linear<256>, Linear<256>, Linear<256>, Linear<256>, Linear<256>, Linear<256>>;
using Predicts = Prediction<Eight, Features<256>, Inference, float>;
using Classifies = TrainingStep<Classifier, Sequence<4>, Training, float>;
}  // namespace

// The result has memory of its own, so seven activations take turns in two buffers.
static_assert(arena_elements<Predicts>({10, 1}) == 2 * 256 * 10);

TEST_CASE("regions that are in use together never overlap, whatever the extents") {
  constexpr auto& table = Plan<Classifies>::table;
  for (const Extents extents : {Extents{1, 1}, Extents{3, 4}, Extents{17, 2}}) {
    std::array<std::size_t, Plan<Classifies>::count> offsets{};
    const std::size_t total = place(table, extents, offsets);
    for (std::size_t i = 0; i < table.size(); ++i) {
      const std::size_t end_i = offsets[i] + table[i].length.at(extents);
      CHECK(end_i <= total);
      CHECK(offsets[i] % granule == 0);
      for (std::size_t j = 0; j < i; ++j) {
        const bool together = table[i].first < table[j].last && table[j].first < table[i].last;
        const std::size_t end_j = offsets[j] + table[j].length.at(extents);
        if (together) CHECK((end_i <= offsets[j] || end_j <= offsets[i]));
      }
    }
  }
}

TEST_CASE("first fit takes the lowest gap that is long enough") {
  const std::array<Allocation, 5> table{{{fixed_count(32), 0, 9},
                                         {fixed_count(64), 1, 4},
                                         {fixed_count(16), 2, 9},
                                         {fixed_count(48), 5, 9},
                                         {fixed_count(32), 6, 9}}};
  std::array<std::size_t, 5> offsets{};
  CHECK(place(table, {1, 1}, offsets) == 144);
  CHECK(offsets == std::array<std::size_t, 5>{0, 32, 96, 32, 112});
}

TEST_CASE("extents whose rows or whose memory cannot be counted have no place") {
  constexpr std::size_t many = std::size_t{1} << 30;
  const std::array<Allocation, 1> rows{{{Count{.per_row = 4}, 0, 1}}}, samples{{{Count{.per_sample = 4}, 0, 1}}};
  CHECK(can_place(rows, {many, many / 8}));
  CHECK_FALSE(can_place(rows, {many, many / 4}));
  CHECK(can_place(samples, {many, many - 1}));
  CHECK_FALSE(can_place(samples, {many, many}));
  CHECK_FALSE(can_place(samples, {many * many / 4, 1}));
}

TEST_CASE("every allocation ends after it begins") {
  for (const Allocation& a : Plan<Classifies>::table) CHECK(a.first < a.last);
}
