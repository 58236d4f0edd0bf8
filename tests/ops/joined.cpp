#include <doctest/doctest.h>

#include <strata/ops/joined.hpp>

#include <utility>
#include <vector>

using namespace strata;

TEST_CASE("parts that touch are one, empty ones are none, the others are as they were") {
  float memory[20] = {};
  using Part = Flat<float*>;
  const auto joined = [&](std::vector<Part> parts) {
    std::vector<std::pair<std::ptrdiff_t, std::size_t>> seen;
    ops::for_each_joined(std::span<const Part>(parts),
                         [&](Part part) { seen.emplace_back(part.data - memory, part.size); });
    return seen;
  };
  using Seen = std::vector<std::pair<std::ptrdiff_t, std::size_t>>;
  CHECK(joined({}) == Seen{});
  CHECK(joined({{nullptr, 0}}) == Seen{});
  CHECK(joined({{memory, 3}, {memory + 3, 4}, {memory + 7, 1}}) == Seen{{0, 8}});
  CHECK(joined({{memory, 3}, {memory + 4, 4}, {nullptr, 0}, {memory + 8, 2}}) == Seen{{0, 3}, {4, 6}});
  CHECK(joined({{memory + 4, 4}, {memory, 4}}) == Seen{{4, 4}, {0, 4}});
}
