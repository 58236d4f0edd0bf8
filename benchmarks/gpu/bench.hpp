#pragma once
// What is asked for, and the results: all that main.cpp knows of a benchmark.

#include <cstdio>
#include <exception>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

/// One thing that was timed.
struct Result {
  std::string name, precision;
  double ms;
  double work;          ///< FLOPs, or bytes moved
  bool product, bytes;  ///< a matrix product; work is bytes
};

struct Bench {
  std::string device = "cuda";
  std::filesystem::path peers;  ///< PyTorch's times and numbers; empty without
  bool quick = false;
  std::vector<Result> results;
  std::map<std::string, double> ceilings;  ///< of each precision: FLOPs a millisecond of a product that is no result
  int failures = 0;

  double seconds() const { return quick ? 0.02 : 1.0; }

  /// Runs a case; what goes wrong in it ends it alone.
  template <class Case>
  void attempt(const std::string& name, const std::string& precision, Case run) {
    std::fprintf(stderr, "%s %s\n", name.c_str(), precision.c_str());
    try {
      run();
    } catch (const std::exception& error) {
      std::printf("FAILED %s %s: %s\n", name.c_str(), precision.c_str(), error.what());
      ++failures;
    }
  }
};

// One unit each, so that they are compiled side by side.
void measure_float32(Bench&);
void measure_tf32(Bench&);
void measure_bf16(Bench&);
