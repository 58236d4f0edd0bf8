#pragma once
// A run that only has what operations need, and numbers for it; and a backend of one kernel that notes what it is
// given.

#include <doctest/doctest.h>

#include <strata/backend/cpu/kernels.hpp>
#include <strata/core/counters.hpp>
#include <strata/network/dry_run.hpp>
#include <strata/network/mode.hpp>
#include <strata/testing/all_close.hpp>

#include <vector>

namespace ops_test {

using namespace strata;

/// Scratch memory lies at the end of one vector that never grows.
template <class T>
struct SmallRun {
  static constexpr bool planning = false, streaming = false;
  using backend = Cpu<T>;
  using element = T;
  using pointer = T*;
  using const_pointer = const T*;
  typename Cpu<T>::Stream stream{};
  Extents extents{};
  const Counters<T>* counters = nullptr;
  std::size_t first_sample = 0;
  bool every_other = false;
  std::vector<T> arena = std::vector<T>(100000, T(77));

  Scratch<SmallRun> scratch(Count length) { return scratch(length.at(extents)); }
  Scratch<SmallRun> scratch(std::size_t length) {
    REQUIRE(length <= arena.size());
    ++borrowed;
    return {*this, arena.data()};
  }
  void release(T*) { --borrowed; }
  int borrowed = 0;
};

using Planning = DryRun<Training, float>;

template <class T>
std::vector<T> counted(std::size_t count, T first = 1) {
  std::vector<T> values(count);
  for (std::size_t i = 0; i < count; ++i) values[i] = first + static_cast<T>(i % 97) / 4;
  return values;
}

}  // namespace ops_test
