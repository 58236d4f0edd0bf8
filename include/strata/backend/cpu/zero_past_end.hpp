#pragma once
// Zeros past the end on the CPU: rows are filled whole.

#include <strata/backend/cpu/cpu.hpp>
#include <strata/backend/cpu/parallel.hpp>
#include <strata/ops/zero_past_end.hpp>

#include <algorithm>

namespace STRATA_NAMESPACE {

template <class T>
struct Kernel<ops::ZeroPastEnd, Cpu<T>> {
  static void run(typename Cpu<T>::Stream stream, Extents extents, std::size_t columns, Operand<T> rows) {
    parallel_for(threads_for(stream.threads, extents.rows() * columns), extents.rows(),
                 [=](std::size_t first, std::size_t last) {
                   for (std::size_t r = first; r < last; ++r) {
                     if (r / extents.batch >= extents.length(r % extents.batch))
                       std::fill_n(rows.data + r * rows.stride, columns, T(0));
                   }
                 });
  }
};

}  // namespace STRATA_NAMESPACE
