#pragma once
// scatter_add on the CPU: threads have columns of the table, and take the rows in their order.

#include <strata/backend/cpu/cpu.hpp>
#include <strata/backend/cpu/parallel.hpp>
#include <strata/ops/scatter_add.hpp>

#include <algorithm>

namespace STRATA_NAMESPACE {

template <class T>
struct Kernel<ops::ScatterAdd, Cpu<T>> {
  /// The scratch memory is for backends whose threads have rows.
  static void run(typename Cpu<T>::Stream stream, const ops::ScatterAddArguments<T>& a, T*) {
    const std::size_t blocks = (a.columns + block - 1) / block;
    parallel_for(threads_for(stream.threads, a.rows * a.columns), blocks, [&](std::size_t first, std::size_t last) {
      const std::size_t begin = first * block, end = std::min(a.columns, last * block);
      for (std::size_t i = 0; i < a.rows; ++i) {
        const auto id = static_cast<std::size_t>(a.ids[i]);
        if (id == a.left_out) continue;
        const T* from = a.from.data + i * a.from.stride;
        T* to = a.table.data + id * a.table.stride;
        for (std::size_t j = begin; j < end; ++j) to[j] += from[j];
      }
    });
  }

 private:
  static constexpr std::size_t block = 16;  // a cache line of floats: none has two writers where rows are whole lines
};

}  // namespace STRATA_NAMESPACE
