#pragma once
// What is asked for, the sides of a comparison, and the rows that come of it.

#include "ceilings.hpp"
#include "torch.hpp"

#include <chrono>
#include <cstddef>
#include <cstdio>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

/// One way to do what a row is about, at one number of threads.
struct Side {
  std::string peer;     ///< whose it is; Strata's where it is empty
  std::string variant;  ///< which of a peer's ways this is; the fastest stands in the table
  int threads;
  std::function<double(std::size_t calls)> ms;  ///< milliseconds of so many calls
};

/// One line of the table: Strata beside one peer.
struct Row {
  std::string name;
  int threads;
  double ms;
  Work work;
  std::string peer = {}, variant = {};  ///< no peer: nobody else does it
  int peer_threads = 0;
  double peer_ms = 0;
  std::optional<std::size_t> allocations = {};  ///< where they were counted
};

/// How long a comparison may take.
struct Pace {
  bool warms;          ///< two calls before, and as many a round as fill it
  double round_ms;     ///< of one side
  std::size_t probes;  ///< rounds that say which ways of a peer are out of the question
  std::size_t least, most;
  double seconds;  ///< rounds go on for so long, between least and most

  static Pace usual(bool quick) { return quick ? Pace{true, 1, 1, 3, 3, 0} : Pace{true, 20, 3, 7, 101, 2}; }
  /// For calls of many seconds.
  static Pace few() { return {false, 0, 1, 3, 3, 0}; }
};

struct Bench {
  bool quick = false;
  std::string only;              ///< rows whose name contains it
  std::unique_ptr<Torch> torch;  ///< null where there is none
  Ceilings ceilings;
  std::vector<Row> rows;
  int failures = 0;

  bool wants(const std::string& name) const { return name.find(only) != std::string::npos; }

  /// Runs a case that adds rows; what goes wrong in it ends it alone.
  template <class Case>
  void attempt(const std::string& name, Case run) {
    if (!wants(name)) return;
    std::fprintf(stderr, "%s\n", name.c_str());
    try {
      run();
    } catch (const std::exception& error) {
      std::printf("FAILED %s: %s\n", name.c_str(), error.what());
      std::fflush(stdout);
      ++failures;
    }
  }

  /// Times all sides in rounds in which they take turns, and adds a row for each of Strata's sides and each peer: the
  /// medians, a peer's at its best number of threads.
  void compare(const std::string& name, Work work, std::vector<Side> sides, Pace pace);
  void compare(const std::string& name, Work work, std::vector<Side> sides) {
    compare(name, work, std::move(sides), Pace::usual(quick));
  }
};

/// Milliseconds of so many calls of `call`.
template <class Call>
std::function<double(std::size_t)> clocked(Call call) {
  return [call = std::move(call)](std::size_t calls) mutable {
    const auto begin = std::chrono::steady_clock::now();
    for (std::size_t i = 0; i < calls; ++i) call();
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
  };
}

/// Waits until the threads of this program sleep: those of OpenMP and OpenBLAS look for work for up to 30 ms before.
void wait_until_quiet();

double median(std::vector<double> values);

// The groups of rows, one unit each, so that they are compiled side by side.
void measure_matmul(Bench&);
void measure_lstm(Bench&);
void measure_lstm_layer(Bench&);
void measure_streaming(Bench&);
void measure_mlp(Bench&);
void measure_fashion(Bench&);
void measure_optimizer(Bench&);
void measure_rows(Bench&);

/// Without the library a group has no such peer.
std::string peers_found();
