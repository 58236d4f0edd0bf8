#include <doctest/doctest.h>

#include <strata/core/parts.hpp>

#include <initializer_list>

TEST_CASE("parts are contiguous, cover everything and differ by at most one") {
  for (const std::size_t count : {0u, 1u, 4u, 5u, 6u, 1000003u}) {
    CHECK(strata::part_begin(count, 5, 0) == 0);
    CHECK(strata::part_begin(count, 5, 5) == count);
    for (std::size_t part = 0; part < 5; ++part) {
      const std::size_t size = strata::part_begin(count, 5, part + 1) - strata::part_begin(count, 5, part);
      CHECK(size >= count / 5);
      CHECK(size <= count / 5 + 1);
    }
  }
}
