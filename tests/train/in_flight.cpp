#include <doctest/doctest.h>

#include <strata/train/in_flight.hpp>

#include <cstddef>
#include <functional>
#include <vector>

using namespace strata;

namespace {
/// Ordinary memory that takes its time: what is fetched arrives when a fence is waited for.
struct Slow : HostMemory {
  static inline std::function<void()> fetched;
  static void fetch(void* to, const void* from, std::size_t bytes) {
    const auto* first = static_cast<const std::byte*>(from);
    fetched = [to, now = std::vector<std::byte>(first, first + bytes)] { copy(to, now.data(), now.size()); };
  }
  struct Fence {
    bool passed_ = false;
    std::function<void()> arrival_;
    void set() {
      passed_ = false;
      arrival_ = fetched;
    }
    bool passed() const { return passed_; }
    void wait() {
      passed_ = true;
      arrival_();
    }
  };
};
}  // namespace

TEST_CASE("in ordinary memory a step is back at once") {
  InFlight<float, HostMemory, 1> queue;
  Buffer<Counters<float>> block(1);
  CHECK(queue.empty());
  queue.send({.step = 7, .learning_rate = 0.5f}, block);
  CHECK(block.data()->step == 7);
  block.data()->losses = 3;
  queue.follow({{2, 6, 4}, 1.5}, block);
  CHECK(queue.full());
  CHECK(queue.landed());
  const auto step = queue.land();
  CHECK(step.part.first == 2);
  CHECK(step.weights == 1.5);
  CHECK(step.counters.learning_rate == 0.5f);
  CHECK(step.counters.losses == 3);
  CHECK(queue.empty());
}

TEST_CASE("steps come back in their order, each with its own counters") {
  InFlight<double, Slow, 64> queue;
  Buffer<Counters<double>, Slow> block(1);
  std::uint32_t sent = 0, landed = 0;
  const auto send = [&] {
    queue.send({.step = sent}, block);
    block.data()->losses = 2.0 * sent;
    queue.follow({{sent, sent + 1, 1}, 1}, block);
    ++sent;
  };
  const auto land = [&] {
    const auto step = queue.land();
    CHECK(step.part.first == landed);
    CHECK(step.counters.step == landed);
    CHECK(step.counters.losses == 2.0 * landed);
    ++landed;
  };
  for (int round = 0; round < 3; ++round) {
    while (!queue.full()) send();
    CHECK_FALSE(queue.landed());
    for (int i = 0; i < 40; ++i) land();
  }
  while (!queue.empty()) land();
  CHECK(landed == sent);
  CHECK(sent == 64 + 2 * 40);
}

TEST_CASE("what is of no interest any more is forgotten") {
  InFlight<float, Slow, 4> queue;
  Buffer<Counters<float>, Slow> block(1);
  for (std::uint32_t i = 0; i < 3; ++i) {
    queue.send({.step = i}, block);
    queue.follow({{i, i + 1, 1}, 1}, block);
  }
  queue.forget();
  CHECK(queue.empty());
  queue.send({.step = 9}, block);
  queue.follow({{9, 10, 1}, 1}, block);
  CHECK(queue.land().counters.step == 9);
}
