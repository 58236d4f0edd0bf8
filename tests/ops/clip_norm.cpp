#include <ops/support.hpp>

#include <strata/ops/clip_norm.hpp>
#include <strata/ops/direct.hpp>

using namespace ops_test;

TEST_CASE_TEMPLATE("parts are scaled to a length together; nothing changes where there are none", T, float, double) {
  std::vector<T> g{3, 9, 4};
  const Flat<T*> parts[] = {{g.data(), 1}, {g.data() + 2, 1}, {nullptr, 0}};
  ops::Direct<Cpu<T>> direct;
  Counters<T> counters;
  ops::clip_norm(direct, 2.5, std::span<const Flat<T*>>(parts), &counters);
  CHECK(counters.squares == T(25));
  CHECK(counters.gradient_scale == doctest::Approx(0.5).epsilon(1e-6));
  CHECK(g[0] == doctest::Approx(1.5).epsilon(1e-6));
  CHECK(g[1] == T(9));
  CHECK(g[2] == doctest::Approx(2).epsilon(1e-6));
  ops::clip_norm(direct, 1, std::span<const Flat<T*>>(parts + 2, 1), &counters);
  CHECK(counters.squares == T(25));
}
