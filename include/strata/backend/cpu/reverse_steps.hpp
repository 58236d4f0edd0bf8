#pragma once
// Reversing steps on the CPU: rows are copied or added whole.

#include <strata/backend/cpu/cpu.hpp>
#include <strata/backend/cpu/parallel.hpp>
#include <strata/ops/reverse_steps.hpp>

namespace STRATA_NAMESPACE {

template <class T>
struct Kernel<ops::ReverseSteps, Cpu<T>> {
  static void run(typename Cpu<T>::Stream stream, std::size_t steps, std::size_t batch, std::size_t columns,
                  bool accumulate, Operand<T> to, Operand<const T> from) {
    parallel_for(threads_for(stream.threads, steps * batch * columns), steps, [=](std::size_t first, std::size_t last) {
      for (std::size_t r = first * batch; r < last * batch; ++r) {
        const std::size_t source = (steps - 1 - r / batch) * batch + r % batch;
        T* y = to.data + r * to.stride;
        const T* x = from.data + source * from.stride;
        for (std::size_t j = 0; j < columns; ++j) y[j] = accumulate ? y[j] + x[j] : x[j];
      }
    });
  }
};

}  // namespace STRATA_NAMESPACE
