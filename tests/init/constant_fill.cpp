#include <doctest/doctest.h>

#include <strata/strata.hpp>

#include <algorithm>

using namespace strata;

TEST_CASE("ConstantFill makes every weight of a layer the value, and draws nothing") {
  Network<Sequential<Linear<3, ConstantFill<0.5>>, Linear<2>>, Features<5>, Cpu<float>> net{Seed{1}};
  const auto weight = net.tensor("0.weight");
  CHECK(weight.size() == 15);
  CHECK(std::count(weight.begin(), weight.end(), 0.5f) == 15);
  const Network<Linear<2>, Features<3>, Cpu<float>> alone{Seed{1}};
  CHECK(std::ranges::equal(net.tensor("1.weight"), alone.tensor("weight")));
}
