#pragma once
// What the tests of kernels share: numbers, and matrices with gaps between rows that must stay as they are. A unit that
// defines STRATA_TESTED_SYSTEM before it includes a test of a CPU kernel tests that of Thrust on this system instead.

#include <doctest/doctest.h>

#include <strata/backend/cpu/cpu.hpp>
#include <strata/core/philox.hpp>
#include <strata/ops/operand.hpp>
#include <strata/testing/all_close.hpp>

#include <cstddef>
#include <cstdint>
#include <vector>

#if defined(STRATA_TESTED_SYSTEM)
#include <strata/backend/thrust/kernels.hpp>
#endif

namespace kernel_test {

using namespace strata;

#if defined(STRATA_TESTED_SYSTEM)
template <class T>
using Tested = Thrust<System::STRATA_TESTED_SYSTEM, T>;
#else
template <class T>
using Tested = Cpu<T>;
#endif

inline constexpr int thread_counts[] = {1, 2, 3, 5};

/// Numbers in [-1, 1).
template <class T>
std::vector<T> numbers(std::size_t count, std::uint32_t seed) {
  std::vector<T> values(count);
  for (std::size_t i = 0; i < count; ++i) {
    values[i] = 2 * uniform<T>(philox({{static_cast<std::uint32_t>(i), seed, 0, 0}}, {})[0]) - 1;
  }
  return values;
}

/// Rows with `gap` elements between them, exactly as long as they must be.
template <class T>
struct Rows {
  std::size_t rows, columns, stride;
  std::vector<T> memory;

  Rows(std::size_t r, std::size_t c, std::size_t gap, std::uint32_t seed)
      : rows(r),
        columns(c),
        stride(c + gap),
        memory(numbers<T>(r == 0 ? 0 : (r - 1) * (c + gap) + c, seed)) {}

  T operator()(std::size_t r, std::size_t c) const { return memory[r * stride + c]; }
  Operand<const T> in() const { return {memory.data(), stride}; }
  Operand<T> out() { return {memory.data(), stride}; }
  /// How many elements between the rows differ from those of `before`.
  std::size_t touched(const Rows& before) const {
    std::size_t count = 0;
    for (std::size_t i = 0; i < memory.size(); ++i) count += i % stride >= columns && memory[i] != before.memory[i];
    return count;
  }
};

template <class T>
constexpr double rounding = sizeof(T) == 4 ? 2e-6 : 4e-15;

}  // namespace kernel_test
