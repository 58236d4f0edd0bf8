#pragma once
// reduce_rows on Thrust: blocks of columns, whose rows many threads share; where there are many rows they are cut into
// chunks, which are summed in order by one index a column.

#include <strata/backend/common/apply.hpp>
#include <strata/backend/thrust/for_each_block.hpp>
#include <strata/backend/thrust/halves.hpp>
#include <strata/core/parts.hpp>
#include <strata/ops/reduce_rows.hpp>

#include <bit>

namespace STRATA_NAMESPACE {
namespace detail {

/// The sums of some columns over one chunk of rows. Neighbouring threads have neighbouring columns; those of one column
/// are lanes, each of which sums every lanes-th row in order, then the lanes are summed in pairs.
template <class F, class T, std::size_t Outputs, std::size_t Inputs>
struct SumChunk {
  static constexpr unsigned threads = std::bit_floor(static_cast<unsigned>(
      most_shared_bytes / (Outputs * sizeof(T)) < 1024 ? most_shared_bytes / (Outputs * sizeof(T)) : 1024));
  static constexpr std::size_t in_flight = 4;  ///< rows a thread loads before it sums them
  struct Registers {};

  F f;
  std::size_t rows, columns;
  unsigned chunks, width_bits;  ///< 2^width_bits columns a block
  bool accumulate;
  Pack<Operand<const T>, Inputs> in;
  Pack<T*, Outputs> to;  ///< sums of chunk 0; those of the next stand Outputs rows of all columns further

  /// A block's columns are as many as a warp of a device has threads, unless there are fewer.
  static constexpr unsigned width_bits_for(std::size_t columns) {
    unsigned bits = 0;
    while (bits < 5 && (std::size_t{1} << bits) < columns) ++bits;
    return bits;
  }
  /// Depends on the number of rows alone. A chunk of fewer rows is not worth the second launch.
  static constexpr unsigned chunks_for(std::size_t rows) {
    const std::size_t chunks = (rows + 511) / 512;
    return static_cast<unsigned>(chunks < 1 ? 1 : chunks < ops::reduction_chunks ? chunks : ops::reduction_chunks);
  }
  constexpr unsigned column_blocks() const {
    return static_cast<unsigned>((columns + (std::size_t{1} << width_bits) - 1) >> width_bits);
  }
  constexpr std::size_t blocks() const { return std::size_t{chunks} * column_blocks(); }
  constexpr unsigned phases() const { return 1 + levels(); }
  static constexpr std::size_t shared_bytes() { return Outputs * threads * sizeof(T); }

  constexpr void operator()(unsigned phase, std::size_t block, unsigned thread, void* shared, Registers&) const {
    const unsigned chunk = static_cast<unsigned>(block) / column_blocks(), lane = thread >> width_bits;
    const std::size_t first = (block - std::size_t{chunk} * column_blocks()) << width_bits,
                      column = first + (thread & ((1U << width_bits) - 1));
    if (column >= columns) return;
    T* const sums = static_cast<T*>(shared) + thread;
    if (phase == 0) return sum_rows(chunk, lane, column, sums);
    for (std::size_t k = 0; k != Outputs; ++k)
      halve(sums + k * threads, lane, threads >> width_bits >> phase, 1U << width_bits, ops::Sum{});
    if (phase < levels() || lane > 0) return;
    for (std::size_t k = 0; k != Outputs; ++k) {
      T* const destination = to[k] + chunk * Outputs * columns + column;
      *destination = accumulate ? *destination + sums[k * threads] : sums[k * threads];
    }
  }

 private:
  constexpr unsigned levels() const { return static_cast<unsigned>(std::bit_width(threads)) - 1 - width_bits; }

  constexpr void sum_rows(unsigned chunk, unsigned lane, std::size_t column, T* sums) const {
    const std::size_t last = part_begin(rows, chunks, chunk + 1);
    const auto g = loaded(f);
    Pack<T, Outputs> sum;
    const std::size_t step = threads >> width_bits;
    for (std::size_t r = part_begin(rows, chunks, chunk) + lane; r < last; r += in_flight * step) {
      Pack<Pack<T, Inputs>, in_flight> x;
      for (std::size_t q = 0; q != in_flight; ++q) {
        if (const std::size_t row = r + q * step; row < last) {
          for (std::size_t k = 0; k != Inputs; ++k) x[q][k] = in[k].data[row * in[k].stride + column];
        }
      }
      for (std::size_t q = 0; q != in_flight; ++q) {
        if (r + q * step >= last) break;
        const Pack<T, Outputs> y = apply<Outputs>(g, x[q]);
        for (std::size_t k = 0; k != Outputs; ++k) sum[k] += y[k];
      }
    }
    for (std::size_t k = 0; k != Outputs; ++k) sums[k * threads] = sum[k];
  }
};

/// One column: the chunks in order.
template <class T, std::size_t Outputs>
struct SumChunks {
  std::size_t columns, chunks;
  bool accumulate;
  Pack<T*, Outputs> out;
  const T* partial;

  constexpr void operator()(std::size_t column) const {
    for (std::size_t k = 0; k != Outputs; ++k) {
      T sum = accumulate ? out[k][column] : T(0);
      for (std::size_t c = 0; c < chunks; ++c) sum += partial[(c * Outputs + k) * columns + column];
      out[k][column] = sum;
    }
  }
};

}  // namespace detail

template <System Where, class T, class Products>
struct Kernel<ops::ReduceRows, Thrust<Where, T, Products>> {
  /// `partial` holds reduction_chunks · Outputs · columns elements.
  template <class F, std::size_t Outputs, std::size_t Inputs>
  static void run(typename Thrust<Where, T, Products>::Stream stream, std::size_t rows, std::size_t columns, F f,
                  bool accumulate, Pack<T*, Outputs> out, Pack<Operand<const T>, Inputs> in, T* partial) {
    using Block = detail::SumChunk<F, T, Outputs, Inputs>;
    const unsigned chunks = Block::chunks_for(rows);
    Block block{f, rows, columns, chunks, Block::width_bits_for(columns), accumulate, in, out};
    if (chunks > 1) {
      block.accumulate = false;
      for (std::size_t k = 0; k != Outputs; ++k) block.to[k] = partial + k * columns;
    }
    for_each_block(stream, block.blocks(), rows * columns, block);
    if (chunks > 1) {
      for_each_index(stream, columns, chunks * Outputs * columns,
                     detail::SumChunks<T, Outputs>{columns, chunks, accumulate, out, partial});
    }
  }
};

}  // namespace STRATA_NAMESPACE
