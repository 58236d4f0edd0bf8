#pragma once
// gather_rows on the CPU: rows are copied whole.

#include <strata/backend/cpu/cpu.hpp>
#include <strata/backend/cpu/parallel.hpp>
#include <strata/ops/gather_rows.hpp>

#include <algorithm>

namespace STRATA_NAMESPACE {

template <class T>
struct Kernel<ops::GatherRows, Cpu<T>> {
  static void run(typename Cpu<T>::Stream stream, const ops::GatherRowsArguments<T>& a) {
    parallel_for(threads_for(stream.threads, a.rows * a.columns), a.rows, [&](std::size_t first, std::size_t last) {
      for (std::size_t i = first; i < last; ++i) {
        const auto id = static_cast<std::size_t>(a.ids[i]);
        std::copy_n(a.table.data + id * a.table.stride, a.columns, a.to.data + i * a.to.stride);
      }
    });
  }
};

}  // namespace STRATA_NAMESPACE
