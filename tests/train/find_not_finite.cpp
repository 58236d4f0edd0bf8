#include "network/support.hpp"

#include <doctest/doctest.h>

#include <limits>

using namespace network_tests;

namespace {
using Finder = FindNotFinite<Classifier, Sequence<4>, float>;
constexpr float infinite = std::numeric_limits<float>::infinity();
}  // namespace

TEST_CASE("the first layer whose output is not finite is blamed, by path and type") {
  const std::array<float, 4> fine{1, 2, 3, 4}, bad{1, 2, -infinite, 4};
  Finder finder;
  finder.see({0, "output", fine.data(), 2, 2});
  finder.see({1, "gates", bad.data(), 2, 2});  // not an output
  CHECK_FALSE(finder.found());
  finder.see({3, "output", bad.data(), 2, 2});
  finder.see({0, "output", bad.data(), 2, 2});
  CHECK(finder.found());
  CHECK(finder.blame() == "The first layer whose output is not finite is '3.0', Linear<5>.");
}

TEST_CASE("where all are finite the loss is to blame") {
  CHECK(Finder{}.blame() == "Every layer's output is finite: the loss itself or a penalty overflowed.");
}

TEST_CASE("in a network it is the layer that has the bad weight") {
  Network<Classifier, Sequence<4>, Cpu<float>> net;
  net.tensor("3.0.weight")[2] = std::numeric_limits<float>::quiet_NaN();
  Finder finder;
  net.observe(numbers<float, 3>({2, 3, 4}), finder);
  CHECK(finder.blame() == "The first layer whose output is not finite is '3.0', Linear<5>.");
}
