#pragma once
// Swapping batch and time on the CPU: rows are copied whole.

#include <strata/backend/cpu/cpu.hpp>
#include <strata/ops/time_major.hpp>

#include <algorithm>

namespace STRATA_NAMESPACE {

template <class T>
struct Kernel<ops::SwapAxes, Cpu<T>> {
  static void run(typename Cpu<T>::Stream, std::size_t outer, std::size_t inner, std::size_t width, T* to,
                  const T* from) {
    if (outer == 1 || inner == 1) {
      std::copy_n(from, outer * inner * width, to);
      return;
    }
    for (std::size_t i = 0; i < inner; ++i) {
      for (std::size_t o = 0; o < outer; ++o)
        std::copy_n(from + (o * inner + i) * width, width, to + (i * outer + o) * width);
    }
  }
};

}  // namespace STRATA_NAMESPACE
