// Regions are poisoned in this unit whatever the others do: the namespace keeps them apart.
#if !defined(STRATA_CHECKED)
#define STRATA_CHECKED
#endif
#include "network/support.hpp"

#include <doctest/doctest.h>

using namespace network_tests;

namespace {
struct TwoRegions {
  using mode = Inference;
  using element = float;
  static constexpr void plan(auto& run) {
    const auto a = run.acquire({0, 3, 0});
    const auto b = run.acquire({2, 0, 0});
    run.release(a);
    run.release(b);
  }
};
struct Watcher : Observer<float> {
  void see(const Observation<float>& o) override { seen.push_back({o.position, o.what, o.rows, o.columns}); }
  struct Seen {
    std::uint32_t position;
    std::string what;
    std::size_t rows, columns;
    bool operator==(const Seen&) const = default;
  };
  std::vector<Seen> seen;
};
}  // namespace

TEST_CASE("a run hands out the planned regions in order and poisons what is given back") {
  Workspace<TwoRegions, Engine<float>> workspace;
  workspace.reserve({4, 5});
  auto run = workspace.run({1}, {4, 5}, nullptr);
  float* a = run.acquire(Count{});
  float* b = run.acquire(Count{});
  CHECK(b - a == 16);
  std::fill_n(a, 12, 1.0f);
  std::fill_n(b, 40, 2.0f);
  run.release(a);
  for (int i = 0; i < 12; ++i) CHECK(std::isnan(a[i]));
  for (int i = 0; i < 40; ++i) CHECK(b[i] == 2.0f);
  run.release(b);
  CHECK(std::isnan(b[39]));
}

TEST_CASE("steps run forward from 0 to T - 1 and backward from T - 1 to 1") {
  Run<Engine<float>, Training> run;
  run.extents = {2, 4};
  std::vector<std::size_t> order;
  run.each_step([&](std::size_t t) { order.push_back(t); });
  run.last_step_only([&](std::size_t t) { order.push_back(10 * t); });
  run.each_step_backwards([&](std::size_t t) { order.push_back(t); });
  CHECK(order == std::vector<std::size_t>{0, 1, 2, 3, 30, 3, 2, 1});
}

TEST_CASE("an observer sees every layer in written order, and the gates") {
  const Network<Classifier, Sequence<4>, Engine<float>> net{Seed{3}};
  Watcher watcher;
  net.observe(numbers<float, 3>({2, 3, 4}), watcher);
  using Seen = Watcher::Seen;
  const std::vector<Seen> expected{{0, "gates", 6, 20}, {0, "cell", 6, 5},   {0, "output", 6, 5}, {1, "output", 2, 5},
                                   {2, "output", 2, 5}, {3, "output", 2, 5}, {4, "output", 2, 5}, {3, "sum", 2, 5},
                                   {5, "output", 2, 5}, {6, "output", 2, 3}};
  CHECK(watcher.seen == expected);
}
