#pragma once
// The tile a block of threads computes of one step of an LSTM: some samples by some hidden units.
//
// A block of 128 threads has Units hidden units of Samples · 128 / Units samples; a thread sums Samples × 4 products in
// its registers. Fewer samples a thread are more blocks, which a small batch needs to fill a device; more are fewer
// reads a product. What is multiplied passes through the block's memory in pieces of 64 or 128 bytes of k, so that
// neighbouring threads read neighbouring numbers; while one piece is multiplied the next is on its way. Rows are turned
// on the way in: then the samples of a thread, and the four numbers they are multiplied by, are one read each.

#include <strata/backend/thrust/fours.hpp>
#include <strata/ops/lstm_sequence.hpp>

#include <cstddef>

namespace STRATA_NAMESPACE::detail {

/// The first sample and the first hidden unit of a tile.
struct LstmPlace {
  unsigned sample, unit;
};

/// Samples a thread: 1, 2 or 4. Together: how many numbers of a row are fetched at once; rows are multiples of that,
/// and begin at multiples of it in memory.
template <class T, unsigned Units, unsigned Samples, unsigned Together>
struct LstmTile {
  static_assert(Units == 8 || Units == 16, "strata: the tiles of an LSTM have 8 or 16 hidden units");
  static_assert(Samples == 1 || Samples == 2 || Samples == 4, "strata: threads of an LSTM have 1, 2 or 4 samples");
  static_assert(Together * sizeof(T) <= widest_load, "strata: a thread fetches at most 16 bytes at once");
  using element = T;
  static constexpr unsigned threads = 128;
  static constexpr unsigned units = Units;
  static constexpr unsigned each = Samples;
  static constexpr unsigned together = Together;
  static constexpr unsigned groups = threads / Units;  ///< of samples that one thread has
  static constexpr unsigned samples = Samples * groups;
  /// Numbers of k in a piece. Deeper ones are fewer waits, but must fit beside the weights of wide layers.
  static constexpr unsigned depth = (Samples == 4 ? 64 : 128) / sizeof(T);

  using Group = Few<T, Samples>;
  using Fetched = Few<T, Together>;

  /// A number of k of all samples in the block's memory. One Group more than needed: neighbouring k then lie in
  /// different banks.
  static constexpr unsigned k_groups = groups + 1;
  static constexpr unsigned piece_groups = depth * k_groups;

  /// What a thread keeps.
  struct Registers {
    T sums[Samples][4];
  };
  /// What a thread moves of a piece; of rows there may be fewer than threads.
  static constexpr unsigned rows_fetched = samples * depth / Together, weights_fetched = 4 * Units * depth / Together;
  struct Rows {
    Fetched values[(rows_fetched + threads - 1) / threads];
  };
  struct Weights {
    Fetched values[weights_fetched / threads];
  };

  static constexpr unsigned pieces(std::size_t hidden) { return static_cast<unsigned>((hidden + depth - 1) / depth); }
  static constexpr std::size_t tiles(std::size_t batch) { return (batch + samples - 1) / samples; }
  static constexpr unsigned unit_blocks(std::size_t hidden) {
    return static_cast<unsigned>((hidden + Units - 1) / Units);
  }

  /// Whether rows that begin there can be fetched.
  static bool aligned(const T* rows) { return aligned_for<Fetched>(rows); }
  static constexpr Fetched fetch(const T* from) { return *static_cast<const Fetched*>(static_cast<const void*>(from)); }
  /// A thread's part of rows [samples, depth] of a matrix, 0 beyond its end: so many rows and columns are left of it.
  static constexpr Rows fetch_rows(const T* from, std::size_t stride, std::size_t rows, std::size_t columns,
                                   unsigned thread) {
    const unsigned apart = static_cast<unsigned>(stride);  // a tile is small enough for short numbers
    const unsigned last_row = rows < samples ? static_cast<unsigned>(rows) : samples;
    const unsigned last_k = columns < depth ? static_cast<unsigned>(columns) : depth;
    Rows part{};
    for (unsigned j = 0; j * threads < rows_fetched; ++j) {
      const unsigned i = (thread + j * threads) * Together, k = i % depth, row = i / depth;
      if (row < last_row && k < last_k) part.values[j] = fetch(from + row * apart + k);
    }
    return part;
  }
  /// Puts it into the block's memory as [depth, samples].
  static constexpr void store_rows(const Rows& part, Group* to, unsigned thread) {
    for (unsigned j = 0; j * threads < rows_fetched; ++j) {
      const unsigned i = (thread + j * threads) * Together, k = i % depth, row = i / depth;
      if (row >= samples) return;
      for (unsigned e = 0; e < Together; ++e) {
        to[(k + e) * k_groups + row / Samples].values[row % Samples] = part.values[j].values[e];
      }
    }
  }

  /// sums += aᵀ b over a piece: a Group and a Four for every k, the latter so far apart.
  static constexpr void multiply(Registers& mine, const Group* a, const Four<T>* b, unsigned b_stride) {
    for (unsigned k = 0; k < depth; ++k) {
      const Group x = a[k * k_groups];
      const Four<T> y = b[k * b_stride];
      for (unsigned i = 0; i < Samples; ++i) {
        for (unsigned j = 0; j < 4; ++j) mine.sums[i][j] += x.values[i] * y.values[j];
      }
    }
  }
};

}  // namespace STRATA_NAMESPACE::detail
