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
  Network<Classifier, Sequence<4>, Engine<float>> net;
  net.tensor("3.0.weight")[2] = std::numeric_limits<float>::quiet_NaN();
  Finder finder;
  net.observe(numbers<float, 3>({2, 3, 4}), finder);
  CHECK(finder.blame() == "The first layer whose output is not finite is '3.0', Linear<5>.");
}

TEST_CASE("a sum that overflows is that of its residual") {
  struct Doubling : Sequential<Linear<2>, Residual<Linear<2>, ReLU>, ReLU> {};
  Network<Doubling, Features<2>, Engine<float>> net;
  std::ranges::fill(net.weights(), 0.0f);
  net.tensor("0.bias")[0] = 3e38f;
  net.tensor("1.0.bias")[0] = 3e38f;
  FindNotFinite<Doubling, Features<2>, float> finder;
  net.observe(numbers<float, 2>({2, 2}), finder);
  CHECK(finder.blame() ==
        "The first layer whose output is not finite is the Residual that begins with '1.0', Linear<2>.");
}

TEST_CASE("one pass tells whether a buffer is finite, whatever its length and where the number is") {
  ops::Direct<Engine<float>> direct{{2}};
  const auto all_finite = [&](std::span<const float> some) {
    float found = 0;
    check_finite(direct, Flat<const float*>{some.data(), some.size()}, &found);
    return found == 0;
  };
  std::vector<float> values(40'000, 3e38f);
  for (const std::size_t n : {0u, 1u, 17u, 40'000u}) {
    const std::span<const float> some(values.data(), n);
    CHECK(all_finite(some));
    for (const std::size_t at : {std::size_t{0}, n / 2, n - 1}) {
      if (n == 0) continue;
      for (const float bad : {infinite, -infinite, infinite - infinite}) {
        values[at] = bad;
        CHECK_FALSE(all_finite(some));
      }
      values[at] = 3e38f;
    }
  }
}

TEST_CASE("the first tensor that is not finite is named") {
  Network<Classifier, Sequence<4>, Engine<float>> net;
  CHECK(first_not_finite<Classifier, Sequence<4>>(std::as_const(net).weights()).empty());
  net.tensor("5.bias")[1] = infinite;
  net.tensor("3.0.weight")[7] = -infinite;
  CHECK(first_not_finite<Classifier, Sequence<4>>(std::as_const(net).weights()) == "3.0.weight");
}
