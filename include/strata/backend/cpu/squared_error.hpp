#pragma once
// Squared error on the CPU: a row at a time.

#include <strata/backend/common/squared_error_row.hpp>
#include <strata/backend/cpu/cpu.hpp>
#include <strata/backend/cpu/parallel.hpp>

namespace STRATA_NAMESPACE {

template <class T>
struct Kernel<ops::SquaredError, Cpu<T>> {
  static void run(typename Cpu<T>::Stream stream, const ops::SquaredErrorArguments<T>& a) {
    parallel_for(threads_for(stream.threads, a.rows * a.columns), a.rows, [=](std::size_t first, std::size_t last) {
      for (std::size_t r = first; r < last; ++r) SquaredErrorRow<T>::run(a, r);
    });
  }
};

}  // namespace STRATA_NAMESPACE
