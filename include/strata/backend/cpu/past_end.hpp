#pragma once
// Padding on the CPU: a row at a time.

#include <strata/backend/cpu/cpu.hpp>
#include <strata/backend/cpu/parallel.hpp>
#include <strata/ops/past_end.hpp>

#include <algorithm>

namespace STRATA_NAMESPACE {

template <class T>
struct Kernel<ops::PastEnd, Cpu<T>> {
  static void run(typename Cpu<T>::Stream stream, const ops::PastEndArguments<T>& a) {
    const std::size_t rows = a.extents.rows();
    parallel_for(threads_for(stream.threads, rows * a.columns), rows, [=](std::size_t first, std::size_t last) {
      for (std::size_t r = first; r < last; ++r) {
        if (!a.stays(r)) write_row(a, r);
      }
    });
  }

 private:
  static void write_row(const ops::PastEndArguments<T>& a, std::size_t r) {
    T* y = a.to.data + r * a.to.stride;
    if (a.padding(r)) {
      std::fill_n(y, a.columns, a.fill);
      return;
    }
    const T* x = a.from.data + r % a.from_rows * a.from.stride;
    const T divisor = a.shares ? static_cast<T>(a.length(r)) : T(1);
    for (std::size_t j = 0; j < a.columns; ++j) y[j] = x[j] / divisor;
  }
};

}  // namespace STRATA_NAMESPACE
