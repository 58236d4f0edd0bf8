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
