#include <ops/support.hpp>

#include <strata/ops/targets.hpp>

using namespace ops_test;

TEST_CASE("a time-major row finds its target where users put it") {
  using T = Targets<float, float>;
  // 3 samples of 4 steps: row 7 is step 2 of sample 1
  CHECK(T::index(7, 3, 4) == 1 * 4 + 2);
  CHECK(T::index(2, 3, 1) == 2);
  std::vector<bool> seen(12);
  for (std::size_t r = 0; r < 12; ++r) seen[T::index(r, 3, 4)] = true;
  CHECK(seen == std::vector<bool>(12, true));
}

TEST_CASE("weights belong to samples or to steps, and are 1 where there are none") {
  const auto weights = counted<float>(12);
  CHECK(Targets<float, float>{}.weight(7, 3, 4) == 1);
  CHECK(Targets<float, float>{nullptr, weights.data(), false}.weight(7, 3, 4) == weights[1]);
  CHECK(Targets<float, float>{nullptr, weights.data(), true}.weight(7, 3, 4) == weights[6]);
}
