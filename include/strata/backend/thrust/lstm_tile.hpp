#pragma once
// The tile a block of threads computes of one step of an LSTM: some samples by some hidden units.
//
// A block of 128 threads has Units hidden units of 512 / Units samples; a thread sums 4 × 4 products in its registers.
// What is multiplied passes through the block's memory in pieces of 64 bytes of k, so that neighbouring threads read
// neighbouring numbers; while one piece is multiplied the next is on its way. Rows are turned on the way in: then the
// four samples, and the four numbers they are multiplied by, are one read each.

#include <strata/ops/lstm_sequence.hpp>

#include <cstddef>

namespace STRATA_NAMESPACE::detail {

/// Four neighbours, which a thread reads at once.
template <class T>
struct alignas(16) Four {
  T values[4];
};

/// The first sample and the first hidden unit of a tile.
struct LstmPlace {
  std::size_t sample, unit;
};

template <class T, unsigned Units>
struct LstmTile {
  static_assert(Units == 8 || Units == 16, "strata: the tiles of an LSTM have 8 or 16 hidden units");
  using element = T;
  static constexpr unsigned threads = 128;
  static constexpr unsigned units = Units;
  static constexpr unsigned samples = 4 * threads / Units;
  static constexpr unsigned depth = 64 / sizeof(T);  ///< numbers of k in a piece

  /// A number of k of all samples in the block's memory. One Four more than needed: neighbouring k then lie in
  /// different banks.
  static constexpr unsigned sample_fours = samples / 4 + 1;
  static constexpr unsigned piece_fours = depth * sample_fours;

  /// What a thread keeps.
  struct Registers {
    T sums[4][4];
  };
  /// What a thread moves of a piece.
  struct Rows {
    T values[samples * depth / threads];
  };
  struct Weights {
    T values[4 * Units * depth / threads];
  };

  static constexpr unsigned pieces(std::size_t hidden) { return static_cast<unsigned>((hidden + depth - 1) / depth); }
  static constexpr std::size_t tiles(std::size_t batch) { return (batch + samples - 1) / samples; }
  static constexpr std::size_t unit_blocks(std::size_t hidden) { return (hidden + Units - 1) / Units; }

  /// A thread's part of rows [samples, depth] of a matrix, 0 beyond its end: so many rows and columns are left of it.
  static constexpr Rows fetch(const T* from, std::size_t stride, std::size_t rows, std::size_t columns,
                              unsigned thread) {
    const unsigned apart = static_cast<unsigned>(stride);  // a tile is small enough for short numbers
    const unsigned last_row = rows < samples ? static_cast<unsigned>(rows) : samples;
    const unsigned last_k = columns < depth ? static_cast<unsigned>(columns) : depth;
    Rows part{};
    for (unsigned j = 0; j < samples * depth / threads; ++j) {
      const unsigned i = thread + j * threads, k = i % depth, row = i / depth;
      part.values[j] = row < last_row && k < last_k ? from[row * apart + k] : T(0);
    }
    return part;
  }
  /// Puts it into the block's memory as [depth, samples].
  static constexpr void store(const Rows& part, Four<T>* to, unsigned thread) {
    for (unsigned j = 0; j < samples * depth / threads; ++j) {
      const unsigned i = thread + j * threads, k = i % depth, row = i / depth;
      to[k * sample_fours + row / 4].values[row % 4] = part.values[j];
    }
  }

  /// sums += aᵀ b over a piece: one Four of each for every k, so far apart.
  static constexpr void multiply(Registers& mine, const Four<T>* a, const Four<T>* b, unsigned b_stride) {
    for (unsigned k = 0; k < depth; ++k) {
      const Four<T> x = a[k * sample_fours], y = b[k * b_stride];
      for (unsigned i = 0; i < 4; ++i) {
        for (unsigned j = 0; j < 4; ++j) mine.sums[i][j] += x.values[i] * y.values[j];
      }
    }
  }
};

}  // namespace STRATA_NAMESPACE::detail
