#include "network/support.hpp"

#include <doctest/doctest.h>

using namespace network_tests;

namespace {
using Program = Prediction<Classifier, Sequence<4>, Inference, float>;
}

TEST_CASE("a workspace grows to the largest batch and the most steps seen, and never shrinks") {
  Workspace<Program, Cpu<float>> workspace;
  CHECK(workspace.bytes() == 0);
  workspace.reserve({8, 2});
  CHECK(workspace.bytes() == 4 * arena_elements<Program>({8, 2}));
  workspace.reserve({2, 6});
  CHECK(workspace.bytes() == 4 * arena_elements<Program>({8, 6}));
  const auto* arena = workspace.run({1}, {1, 1}, nullptr).arena;
  workspace.reserve({8, 6});
  workspace.reserve({1, 1});
  CHECK(workspace.run({1}, {1, 1}, nullptr).arena == arena);
}

TEST_CASE("a workspace for which there is no memory stays as it was") {
  Workspace<Program, Cpu<float>> workspace;
  workspace.reserve({2, 3});
  const std::size_t bytes = workspace.bytes(), each = arena_elements<Program>({1024, 1}) / 1024 + 1;
  const auto offsets = [&] {
    const auto* first = workspace.run({1}, {2, 3}, nullptr).offsets;
    return std::vector<std::size_t>(first, first + Plan<Program>::count);
  };
  const auto before = offsets();
  CHECK_THROWS_AS(workspace.reserve({3 * (std::size_t{1} << 61) / each, 1}), std::bad_alloc);
  CHECK(offsets() == before);
  CHECK(workspace.bytes() == bytes);
}
