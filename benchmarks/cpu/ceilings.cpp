// The ceilings of this machine: each the best of several loops and of several tries.

#include "ceilings.hpp"

#include "ceiling_loops.hpp"

#include <strata/tensor/buffer.hpp>

#include <unistd.h>

#include <algorithm>
#include <barrier>
#include <chrono>
#include <cstdio>
#include <limits>
#include <thread>

namespace {

using Clock = std::chrono::steady_clock;
template <std::size_t N>
using Chains = std::make_index_sequence<N>;

/// The fewest milliseconds that `threads` threads took for body(thread), all at once.
template <class Body>
double fastest(int threads, int tries, Body body) {
  double best = std::numeric_limits<double>::infinity();
  std::barrier together(threads);
  const auto work = [&](int thread) {
    body(thread);  // pages
    for (int i = 0; i < tries; ++i) {
      together.arrive_and_wait();
      const auto begin = Clock::now();
      body(thread);
      together.arrive_and_wait();
      const std::chrono::duration<double, std::milli> ms = Clock::now() - begin;
      if (thread == 0) best = std::min(best, ms.count());
    }
  };
  std::vector<std::jthread> others;
  for (int thread = 1; thread < threads; ++thread) others.emplace_back(work, thread);
  work(0);
  others.clear();
  return best;
}

double peak_flops(int threads, int tries) {
  constexpr std::size_t times = 100'000;
  alignas(64) static constinit float operands[64 * loops::width] = {};
  double best = 0;
  const auto with = [&]<std::size_t... Chain>(std::index_sequence<Chain...> chains) {
    const double flops = 2.0 * loops::width * sizeof...(Chain) * times * threads;
    best = std::max(best, flops / fastest(threads, tries, [&](int) { loops::multiply_add(times, chains); }));
    best = std::max(best,
                    flops / fastest(threads, tries, [&](int) { loops::multiply_add_loaded(times, operands, chains); }));
  };
  with(Chains<8>{});
  with(Chains<10>{});
  with(Chains<12>{});
#if defined(__AVX512F__) || defined(__aarch64__)
  with(Chains<16>{});
  with(Chains<24>{});
#endif
  return best;
}

/// Bytes a millisecond of reading all of the data, each thread its part.
double reading(strata::Buffer<float>& data, std::size_t part, int threads, int tries) {
  const std::size_t passes = std::max<std::size_t>(1, (std::size_t{1} << 22U) / (part * sizeof(float)));
  const auto rate = [&](auto chains) {
    return static_cast<double>(passes * part * sizeof(float)) * threads / fastest(threads, tries, [&](int thread) {
             for (std::size_t i = 0; i < passes; ++i)
               loops::read(data.data() + static_cast<std::size_t>(thread) * part, part, chains);
           });
  };
  return std::max({rate(Chains<4>{}), rate(Chains<8>{}), rate(Chains<16>{})});
}

/// Bytes read and written a millisecond where the second half of each part is written.
double copying(strata::Buffer<float>& data, std::size_t part, int threads, int tries) {
  const std::size_t half = part / 2,
                    passes = std::max<std::size_t>(1, (std::size_t{1} << 22U) / (part * sizeof(float)));
  const auto rate = [&](auto copy) {
    return static_cast<double>(passes * part * sizeof(float)) * threads / fastest(threads, tries, [&](int thread) {
             float* from = data.data() + static_cast<std::size_t>(thread) * part;
             for (std::size_t i = 0; i < passes; ++i) copy(from + half, from, half);
           });
  };
  return std::max(rate(loops::copy), rate(loops::copy_streaming));
}

/// Bytes of a cache; what is usual where the system does not say.
double cache(int name, double usual) {
  const long bytes = sysconf(name);
  return bytes > 0 ? static_cast<double>(bytes) : usual;
}

}  // namespace

double Ceilings::Level::rate(int threads) const {
  const auto i = static_cast<std::size_t>(threads - 1);
  return std::max(reading[i], copying[i]);
}

void Ceilings::measure(bool quick) {
  const double l1 = cache(_SC_LEVEL1_DCACHE_SIZE, 32768), l2 = cache(_SC_LEVEL2_CACHE_SIZE, 1 << 20),
               l3 = cache(_SC_LEVEL3_CACHE_SIZE, 0), everything = std::numeric_limits<double>::infinity();
  // What a thread goes over: half of a cache of its own; of the shared one more than its own, and of memory more than
  // any cache, within reason.
  std::vector<double> parts{l1 / 2, l2 / 2};
  levels_ = {{"L1", l1}, {"L2", l2}};
  if (l3 > 8 * l2) {
    levels_.push_back({"L3", l3});
    parts.push_back(4 * l2);
  }
  levels_.push_back({"DRAM", everything});
  parts.push_back(std::clamp(1.5 * l3, 0x1p27, 0x1p29));

  const std::size_t unit = 64 * loops::width;
  const auto elements = [&](double bytes) { return static_cast<std::size_t>(bytes / sizeof(float)) / unit * unit; };
  strata::Buffer<float> data(most_threads * elements(parts.back()));
  for (std::size_t i = 0; i < data.size(); ++i) data.data()[i] = 1;
  for (int threads = 1; threads <= most_threads; ++threads) {
    const auto t = static_cast<std::size_t>(threads - 1);
    flops_[t] = std::max(flops_[t], peak_flops(threads, quick ? 5 : 50));
    for (std::size_t i = 0; i < levels_.size(); ++i) {
      const bool memory = i + 1 == levels_.size();
      const int tries = memory ? (quick ? 1 : 5) : (quick ? 5 : 50);
      levels_[i].reading[t] = reading(data, elements(parts[i]), threads, tries);
      if (i >= 2) levels_[i].copying[t] = copying(data, elements(parts[i]), threads, tries);
    }
  }
}

void Ceilings::saw_flops(int threads, double flops_a_ms) {
  double& known = flops_.at(static_cast<std::size_t>(threads - 1));
  known = std::max(known, flops_a_ms);
}

const Ceilings::Level& Ceilings::level_of(double bytes, int threads) const {
  for (const Level& level : levels_) {
    const bool own = level.name == "L1" || level.name == "L2";
    if (bytes / (own ? threads : 1) <= level.holds) return level;
  }
  return levels_.back();
}

Ceilings::Share Ceilings::share(const Work& work, int threads, double ms) const {
  const Level& level = level_of(work.resident, threads);
  const double arithmetic = work.flops / flops_[static_cast<std::size_t>(threads - 1)],
               transport = work.bytes / level.rate(threads);
  return arithmetic >= transport ? Share{arithmetic / ms, "FMA"} : Share{transport / ms, level.name};
}

std::string Ceilings::text() const {
  std::string all;
  const auto say = [&all](const std::string& name, const std::array<double, most_threads>& rates, const char* unit) {
    char line[128];
    std::snprintf(line, sizeof line, "  %-14s %9.1f %9.1f %s\n", name.c_str(), rates[0] * 1e-6, rates[1] * 1e-6, unit);
    all += line;
  };
  all += "ceilings, on 1 and 2 threads\n";
  say("FMA", flops_, "GFLOP/s");
  for (const Level& level : levels_) {
    say(level.name + " reading", level.reading, "GB/s");
    if (level.copying[0] > 0) say(level.name + " copying", level.copying, "GB/s, read and written");
  }
  return all;
}
