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
  /// Registers of neighbouring columns that are summed together: of each row as many bytes are read as come from afar
  /// at the price of the first, and sums do not wait for each other.
  static constexpr std::size_t together = 4;

  template <std::size_t Outputs, class F, std::size_t Inputs>
  static void sum_chunk(const F& f, const Pack<Operand<const T>, Inputs>& in, std::size_t first, std::size_t last,
                        std::size_t columns, T* partial) {
    std::size_t j = 0;
    for (; j + together * V::size <= columns; j += together * V::size)
      sum_columns<Outputs, together>(f, in, first, last, j, V::size, columns, partial);
    for (; j < columns; j += V::size)
      sum_columns<Outputs, 1>(f, in, first, last, j, std::min(V::size, columns - j), columns, partial);
  }
  /// Registers from column j on, each of `count` columns.
  template <std::size_t Outputs, std::size_t Registers, class F, std::size_t Inputs>
  static void sum_columns(const F& f, const Pack<Operand<const T>, Inputs>& in, std::size_t first, std::size_t last,
                          std::size_t j, std::size_t count, std::size_t columns, T* partial) {
    Pack<V, Outputs> sum[Registers];
    detail::unrolled<Registers>(
        [&](std::size_t q) { detail::unrolled<Outputs>([&](std::size_t k) { sum[q][k] = V(0); }); });
    for (std::size_t r = first; r < last; ++r) {
      Pack<const T*, Inputs> from;
      for (std::size_t k = 0; k != Inputs; ++k) from[k] = in[k].data + r * in[k].stride;
      detail::unrolled<Registers>([&](std::size_t q) __attribute__((always_inline)) {
        const auto y = detail::apply<Outputs>(f, detail::load_all<V>(from, j + q * V::size, count));
        detail::unrolled<Outputs>([&](std::size_t k) __attribute__((always_inline)) { sum[q][k] += y[k]; });
      });
    }
    detail::unrolled<Registers>([&](std::size_t q) {
      detail::unrolled<Outputs>(
          [&](std::size_t k) { detail::store_some(partial + k * columns + j + q * V::size, sum[q][k], count); });
    });
  }
};

}  // namespace STRATA_NAMESPACE
