#pragma once
// map on the CPU: rows of SIMD batches; operands without repeated rows are one long row.

#include <strata/backend/common/one_row.hpp>
#include <strata/backend/cpu/apply.hpp>
#include <strata/backend/cpu/cpu.hpp>
#include <strata/backend/cpu/parallel.hpp>
#include <strata/ops/map.hpp>

namespace STRATA_NAMESPACE {

template <class T>
struct Kernel<ops::Map, Cpu<T>> {
  template <class F, std::size_t Outputs, std::size_t Inputs>
  static void run(typename Cpu<T>::Stream stream, std::size_t rows, std::size_t columns, F f,
                  Pack<Operand<T>, Outputs> out, Pack<Operand<const T>, Inputs> in) {
    const int threads = threads_for(stream.threads, rows * columns);
    const auto g = detail::loaded(f);
    if (detail::one_row(rows, columns, out, in)) {
      const std::size_t size = rows * columns, blocks = (size + block - 1) / block;
      parallel_for(threads, blocks, [=](std::size_t first, std::size_t last) {
        run_row(g, out, in, 0, first * block, std::min(size, last * block));
      });
    } else {
      parallel_for(threads, rows, [=](std::size_t first, std::size_t last) {
        for (std::size_t r = first; r < last; ++r) run_row(g, out, in, r, 0, columns);
      });
    }
  }

 private:
  static constexpr std::size_t block = 1024;  // a thread's share is whole blocks: no cache line has two writers

  template <class F, std::size_t Outputs, std::size_t Inputs>
  static void run_row(const F& f, const Pack<Operand<T>, Outputs>& out, const Pack<Operand<const T>, Inputs>& in,
                      std::size_t row, std::size_t first, std::size_t last) {
    using V = simd<T>;
    Pack<const T*, Inputs> from;
    for (std::size_t k = 0; k != Inputs; ++k) from[k] = in[k].data + row * in[k].stride;
    Pack<T*, Outputs> to;
    for (std::size_t k = 0; k != Outputs; ++k) to[k] = out[k].data + row * out[k].stride;

    const auto write = [&](std::size_t j, std::size_t count) {
      detail::store_all(to, j, detail::apply<Outputs>(f, detail::load_all<V>(from, j, count)), count);
    };
    std::size_t j = first;
    for (; j + V::size <= last; j += V::size) write(j, V::size);
    if (j < last) write(j, last - j);
  }
};

}  // namespace STRATA_NAMESPACE
