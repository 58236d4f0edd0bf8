#pragma once
// reduce_rows on the CPU: chunks of rows are summed side by side, then the chunks in order.

#include <strata/backend/cpu/apply.hpp>
#include <strata/backend/cpu/cpu.hpp>
#include <strata/backend/cpu/parallel.hpp>
#include <strata/ops/reduce_rows.hpp>

namespace STRATA_NAMESPACE {

template <class T>
struct Kernel<ops::ReduceRows, Cpu<T>> {
  /// `partial` holds reduction_chunks · Outputs · columns elements.
  template <class F, std::size_t Outputs, std::size_t Inputs>
  static void run(typename Cpu<T>::Stream stream, std::size_t rows, std::size_t columns, F f, bool accumulate,
                  Pack<T*, Outputs> out, Pack<Operand<const T>, Inputs> in, T* partial) {
    constexpr std::size_t chunks = ops::reduction_chunks;
    const auto g = detail::loaded(f);
    parallel_for(threads_for(stream.threads, rows * columns), chunks, [=](std::size_t first, std::size_t last) {
      for (std::size_t c = first; c < last; ++c) {
        sum_chunk<Outputs>(g, in, part_begin(rows, chunks, c), part_begin(rows, chunks, c + 1), columns,
                           partial + c * Outputs * columns);
      }
    });
    const std::size_t used = rows < chunks ? rows : chunks;  // chunks without rows add nothing
    for (std::size_t k = 0; k != Outputs; ++k) {
      for (std::size_t j = 0; j < columns; j += V::size) {
        const std::size_t n = std::min(V::size, columns - j);
        V sum = accumulate ? lanes::load_first<T>(out[k] + j, n) : V(0);
        for (std::size_t c = 0; c < used; ++c)
          sum += lanes::load_first<T>(partial + (c * Outputs + k) * columns + j, n);
        lanes::store_first(out[k] + j, sum, n);
      }
    }
  }

 private:
  using V = simd<T>;

  template <std::size_t Outputs, class F, std::size_t Inputs>
  static void sum_chunk(const F& f, const Pack<Operand<const T>, Inputs>& in, std::size_t first, std::size_t last,
                        std::size_t columns, T* partial) {
    for (std::size_t j = 0; j < columns; j += V::size) {
      const std::size_t n = std::min(V::size, columns - j);
      Pack<V, Outputs> sum;
      for (std::size_t k = 0; k != Outputs; ++k) sum[k] = V(0);
      for (std::size_t r = first; r < last; ++r) {
        Pack<const T*, Inputs> from;
        for (std::size_t k = 0; k != Inputs; ++k) from[k] = in[k].data + r * in[k].stride;
        const auto y = detail::apply<Outputs>(f, detail::load_all<V>(from, j, n));
        for (std::size_t k = 0; k != Outputs; ++k) sum[k] += y[k];
      }
      for (std::size_t k = 0; k != Outputs; ++k) lanes::store_first(partial + k * columns + j, sum[k], n);
    }
  }
};

}  // namespace STRATA_NAMESPACE
