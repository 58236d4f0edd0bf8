// Rounds in which all sides of a comparison take turns.

#include "bench.hpp"

#include <time.h>

#include <algorithm>
#include <map>
#include <thread>

namespace {

/// Nanoseconds that all threads of this program have used together.
long processor_time() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return now.tv_sec * 1'000'000'000L + now.tv_nsec;
}

/// A side while it is measured.
struct Timed {
  Side side;
  std::size_t calls = 1;
  std::vector<double> times = {};  ///< milliseconds a call

  void round() {
    wait_until_quiet();
    times.push_back(side.ms(calls) / static_cast<double>(calls));
  }
};

/// The fastest side of each peer.
std::map<std::string, const Timed*> best_of_peers(const std::vector<Timed>& all) {
  std::map<std::string, const Timed*> best;
  for (const Timed& timed : all) {
    if (timed.side.peer.empty()) continue;
    const Timed*& found = best[timed.side.peer];
    if (found == nullptr || median(timed.times) < median(found->times)) found = &timed;
  }
  return best;
}

/// Each round begins with another side.
void rounds(std::vector<Timed>& all, std::size_t least, std::size_t most, double seconds) {
  using Clock = std::chrono::steady_clock;
  const auto end = Clock::now() + std::chrono::duration<double>(seconds);
  for (std::size_t r = 0; r < least || (Clock::now() < end && r < most); ++r) {
    for (std::size_t i = 0; i < all.size(); ++i) all[(i + r) % all.size()].round();
  }
}

/// Leaves of each peer the ways that may be its fastest.
void drop_slow_ways(std::vector<Timed>& all) {
  std::map<std::string, double> limits;
  for (const auto& [peer, timed] : best_of_peers(all)) limits[peer] = 1.3 * median(timed->times);
  std::erase_if(all, [&](const Timed& timed) {
    return !timed.side.peer.empty() && median(timed.times) > limits.at(timed.side.peer);
  });
  for (Timed& timed : all) timed.times.clear();
}

}  // namespace

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

void wait_until_quiet() {
  constexpr int patience = 60;  // milliseconds
  for (int i = 0; i < patience; ++i) {
    const long before = processor_time();
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    if (processor_time() - before < 200'000) return;
  }
}

void Bench::compare(const std::string& name, Work work, std::vector<Side> sides, Pace pace) {
  std::vector<Timed> all;
  for (Side& side : sides) {
    Timed timed{std::move(side)};
    if (pace.warms) {
      timed.side.ms(1);  // arenas, plans, pages
      timed.calls = static_cast<std::size_t>(std::clamp(pace.round_ms / timed.side.ms(1), 1.0, 1e6));
    }
    all.push_back(std::move(timed));
  }
  rounds(all, pace.probes, pace.probes, 0);
  drop_slow_ways(all);
  rounds(all, pace.least, pace.most, pace.seconds);

  const auto peers = best_of_peers(all);
  for (const Timed& ours : all) {
    if (!ours.side.peer.empty()) continue;
    const Row row{name, ours.side.threads, median(ours.times), work};
    if (peers.empty()) rows.push_back(row);
    for (const auto& [peer, timed] : peers) {
      rows.push_back(row);
      rows.back().peer = peer;
      rows.back().variant = timed->side.variant;
      rows.back().peer_threads = timed->side.threads;
      rows.back().peer_ms = median(timed->times);
    }
  }
}
