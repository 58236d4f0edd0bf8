#pragma once
// Reversing steps on the CPU: rows are copied or added whole.

#include <strata/backend/cpu/cpu.hpp>
#include <strata/backend/cpu/parallel.hpp>
#include <strata/ops/reverse_steps.hpp>

#include <algorithm>

namespace STRATA_NAMESPACE {

template <class T>
struct Kernel<ops::ReverseSteps, Cpu<T>> {
  static void run(typename Cpu<T>::Stream stream, const ops::ReverseStepsArguments<T>& a) {
    parallel_for(threads_for(stream.threads, a.rows() * a.columns), a.rows(), [=](std::size_t first, std::size_t last) {
      for (std::size_t r = first; r < last; ++r) {
        const std::size_t source = a.source(r);
        T* y = a.to.data + r * a.to.stride;
        if (!a.accumulate) std::fill_n(y, a.columns, T(0));
        if (source == a.nowhere) continue;
        const T* x = a.from.data + source * a.from.stride;
        for (std::size_t j = 0; j < a.columns; ++j) y[j] += x[j];
      }
    });
  }
};

}  // namespace STRATA_NAMESPACE
