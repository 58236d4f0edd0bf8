#include "network/support.hpp"

#include <doctest/doctest.h>

using namespace network_tests;

namespace {
using Dry = DryRun<Training, float>;

constexpr auto lifetimes() {
  Dry run;
  const Planned a = run.acquire({4, 0, 0});
  {
    const auto space = run.scratch({0, 2, 0});
  }
  run.acquire({0, 0, 8});
  run.release(a);
  return run.allocations();
}
constexpr std::size_t multiplied_in_a_loop() {
  Dry run;
  run.count_flops({0, 3, 0});
  run.each_step([&](std::size_t) { run.count_flops({0, 5, 0}); });
  run.each_step_backwards([&](std::size_t) { run.count_flops({0, 7, 0}); });
  return run.flops().at({10, 4});
}
}  // namespace

static_assert(lifetimes().size() == 3);
static_assert(multiplied_in_a_loop() == 10 * (3 + 4 * 5 + 3 * 7));

TEST_CASE("lengths and lives are those of acquire and release; what is never released lives to the end") {
  const auto all = lifetimes();
  CHECK(all[0].length == Count{4, 0, 0});
  CHECK(all[1].length == Count{0, 2, 0});
  CHECK(all[0].first == 0);
  CHECK(all[0].last == 4);
  CHECK(all[1].first == 1);
  CHECK(all[1].last == 2);
  CHECK(all[2].last == 5);
}

TEST_CASE("a region released twice is an error of the layer") {
  Dry run;
  const Planned a = run.acquire({4, 0, 0});
  run.release(a);
  CHECK_THROWS(run.release(a));
}

TEST_CASE("a region that is no region is not released") {
  Dry run;
  run.release(Planned{});
  CHECK(run.allocations().empty());
}

TEST_CASE(
    "memory taken inside a loop over the steps is refused: a plan has it once, a run would take it at every step") {
  DryRun<Training, float> run;
  CHECK_THROWS(run.each_step([&](std::size_t) { run.release(run.acquire(fixed_count(4))); }));
}
