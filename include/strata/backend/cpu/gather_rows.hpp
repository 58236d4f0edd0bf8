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
        if (i + ahead < last) fetch(row(a, i + ahead), a.columns);
        std::copy_n(row(a, i), a.columns, a.to.data + i * a.to.stride);
      }
    });
  }

 private:
  static constexpr std::size_t ahead = 4;  ///< rows asked for before they are copied, which lie anywhere

  static const T* row(const ops::GatherRowsArguments<T>& a, std::size_t i) {
    return a.table.data + static_cast<std::size_t>(a.ids[i]) * a.table.stride;
  }
  static void fetch(const T* row, std::size_t columns) {
    for (std::size_t j = 0; j < columns; j += 64 / sizeof(T)) __builtin_prefetch(row + j);
  }
};

}  // namespace STRATA_NAMESPACE
