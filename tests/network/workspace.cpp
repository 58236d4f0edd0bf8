#include "network/support.hpp"

#include <doctest/doctest.h>

using namespace network_tests;

namespace {
using Program = Prediction<Classifier, Sequence<4>, Inference, float>;
}

TEST_CASE("a workspace grows to what the largest batch needs, and never shrinks") {
  Workspace<Program, Engine<float>> workspace;
  CHECK(workspace.bytes() == 0);
  workspace.reserve({8, 2});
  CHECK(workspace.bytes() == 4 * arena_elements<Program>({8, 2}));
  workspace.reserve({2, 6});
  CHECK(workspace.bytes() == 4 * std::max(arena_elements<Program>({8, 2}), arena_elements<Program>({2, 6})));
  workspace.reserve({8, 6});
  CHECK(workspace.bytes() == 4 * arena_elements<Program>({8, 6}));
  const auto* arena = workspace.run({1}, {1, 1}, nullptr).arena;
  workspace.reserve({1, 40});
  workspace.reserve({8, 6});
  workspace.reserve({1, 1});
  CHECK(workspace.run({1}, {1, 1}, nullptr).arena == arena);
}

TEST_CASE("a workspace that no memory could hold is refused, and stays as it was") {
  Workspace<Program, Engine<float>> workspace;
  workspace.reserve({2, 3});
  const std::size_t bytes = workspace.bytes();
  const auto offsets = [&] {
    const auto* first = workspace.run({1}, {2, 3}, nullptr).offsets;
    return std::vector<std::size_t>(first, first + Plan<Program>::count);
  };
  const auto before = offsets();
  constexpr std::size_t huge = std::size_t{1} << 40;
  CHECK_THROWS_WITH_AS(workspace.reserve({huge, huge}),
                       "strata: no memory can hold a batch of 1099511627776 samples and 1099511627776 step(s)",
                       ValueError);
  CHECK_THROWS_AS(workspace.reserve({std::size_t{1} << 60, 1}), ValueError);
  CHECK(offsets() == before);
  CHECK(workspace.bytes() == bytes);
}
