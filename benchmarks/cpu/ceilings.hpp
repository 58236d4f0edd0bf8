#pragma once
// What this machine can do at most: arithmetic and bandwidth, measured in the run whose rows are held against them.

#include <array>
#include <cstddef>
#include <string>
#include <vector>

/// What one call of a row has to do at least.
struct Work {
  double flops = 0;
  double bytes = 0;     ///< moved between the processor and where the data lie
  double resident = 0;  ///< bytes the data take up, which say in which memory that is
};

/// The highest of several loops, each on one and on two threads.
class Ceilings {
 public:
  static constexpr int most_threads = 2;

  void measure(bool quick);
  /// A rate that was seen elsewhere: of a product by OpenBLAS.
  void saw_flops(int threads, double flops_a_ms);

  /// The ceiling that is reached first, as a part of the time taken, and its name.
  struct Share {
    double part;
    std::string of;
  };
  Share share(const Work& work, int threads, double ms) const;

  /// A few lines for people.
  std::string text() const;

 private:
  /// One memory: bytes a millisecond for 1 and 2 threads.
  struct Level {
    std::string name;
    double holds;  ///< bytes a thread's share of the data may have to lie there
    std::array<double, most_threads> reading{}, copying{};

    double rate(int threads) const;
  };
  const Level& level_of(double bytes, int threads) const;

  std::array<double, most_threads> flops_{};  ///< a millisecond
  std::vector<Level> levels_;
};
