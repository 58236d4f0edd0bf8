#pragma once
// Squared error on the CPU.

#include <strata/backend/cpu/cpu.hpp>
#include <strata/backend/cpu/parallel.hpp>
#include <strata/ops/squared_error.hpp>

#include <algorithm>

namespace STRATA_NAMESPACE {

template <class T>
struct Kernel<ops::SquaredError, Cpu<T>> {
  static void run(typename Cpu<T>::Stream stream, ops::SquaredErrorArguments<T> a) {
    parallel_for(threads_for(stream.threads, a.rows * a.columns), a.rows, [=](std::size_t first, std::size_t last) {
      for (std::size_t r = first; r < last; ++r) one_row(a, r);
    });
  }

 private:
  static void one_row(const ops::SquaredErrorArguments<T>& a, std::size_t r) {
    const std::size_t n = a.columns, steps = a.rows / a.batch;
    const T* target = a.targets.values + Targets<T, T>::index(r, a.batch, steps) * n;
    const T weight = a.targets.weight(r, a.batch, steps) / static_cast<T>(n);
    if (weight == T(0)) {  // a masked row counts for nothing, even where its scores are not finite
      std::fill_n(a.gradient + r * n, n, T(0));
      a.losses[r] = T(0);
      return;
    }
    T loss = 0;
    for (std::size_t j = 0; j < n; ++j) {
      const T difference = a.scores[r * n + j] - target[j];
      loss += difference * difference;
      a.gradient[r * n + j] = 2 * weight * *a.scale * difference;
    }
    a.losses[r] = weight * loss;
  }
};

}  // namespace STRATA_NAMESPACE
