#pragma once
// reduce_rows on Thrust: one index a column of a chunk of rows, then one a column, which sums the chunks in order.

#include <strata/backend/common/apply.hpp>
#include <strata/backend/thrust/for_each.hpp>
#include <strata/core/parts.hpp>
#include <strata/ops/reduce_rows.hpp>

namespace STRATA_NAMESPACE {
namespace detail {

/// The sums of one column over one chunk of rows.
template <class F, class T, std::size_t Outputs, std::size_t Inputs>
struct SumChunk {
  F f;
  std::size_t rows, columns;
  Pack<Operand<const T>, Inputs> in;
  T* partial;  // [chunks][Outputs][columns]

  constexpr void operator()(std::size_t i) const {
    constexpr std::size_t chunks = ops::reduction_chunks;
    const std::size_t chunk = i / columns, column = i % columns, last = part_begin(rows, chunks, chunk + 1);
    const auto g = loaded(f);
    Pack<T, Outputs> sum;
    for (std::size_t r = part_begin(rows, chunks, chunk); r < last; ++r) {
      Pack<T, Inputs> x;
      for (std::size_t k = 0; k != Inputs; ++k) x[k] = in[k].data[r * in[k].stride + column];
      const Pack<T, Outputs> y = apply<Outputs>(g, x);
      for (std::size_t k = 0; k != Outputs; ++k) sum[k] += y[k];
    }
    for (std::size_t k = 0; k != Outputs; ++k) partial[(chunk * Outputs + k) * columns + column] = sum[k];
  }
};

/// One column of one output: the chunks in order.
template <class T, std::size_t Outputs>
struct SumChunks {
  std::size_t columns, chunks;
  bool accumulate;
  Pack<T*, Outputs> out;
  const T* partial;

  constexpr void operator()(std::size_t i) const {
    const std::size_t k = i / columns, column = i % columns;
    T sum = accumulate ? out[k][column] : T(0);
    for (std::size_t c = 0; c < chunks; ++c) sum += partial[(c * Outputs + k) * columns + column];
    out[k][column] = sum;
  }
};

}  // namespace detail

template <System Where, class T, class Products>
struct Kernel<ops::ReduceRows, Thrust<Where, T, Products>> {
  /// `partial` holds reduction_chunks · Outputs · columns elements.
  template <class F, std::size_t Outputs, std::size_t Inputs>
  static void run(typename Thrust<Where, T, Products>::Stream stream, std::size_t rows, std::size_t columns, F f,
                  bool accumulate, Pack<T*, Outputs> out, Pack<Operand<const T>, Inputs> in, T* partial) {
    constexpr std::size_t chunks = ops::reduction_chunks;
    for_each_index(stream, chunks * columns, rows * columns,
                   detail::SumChunk<F, T, Outputs, Inputs>{f, rows, columns, in, partial});
    for_each_index(stream, Outputs * columns, chunks * Outputs * columns,
                   detail::SumChunks<T, Outputs>{columns, rows < chunks ? rows : chunks, accumulate, out, partial});
  }
};

}  // namespace STRATA_NAMESPACE
