#pragma once
// How the threads of a block share rows: some neighbouring threads a row, its lanes, each of which takes every lanes-th
// column.

#include <strata/core/config.hpp>

#include <cstddef>

namespace STRATA_NAMESPACE {

/// 2^levels lanes a row: what they found is put together in as many phases, in pairs.
template <unsigned Threads>
struct RowLanes {
  unsigned levels;

  /// A lane has at most four columns, until a block has only one row.
  static constexpr RowLanes of(std::size_t columns) {
    unsigned levels = 0;
    while ((1U << levels) < Threads && std::size_t{4} << levels < columns) ++levels;
    return {levels};
  }
  constexpr unsigned lanes() const { return 1U << levels; }
  constexpr unsigned lane(unsigned thread) const { return thread & (lanes() - 1); }
  /// The first thread of the same row.
  constexpr unsigned first(unsigned thread) const { return thread >> levels << levels; }
  constexpr std::size_t row(std::size_t block, unsigned thread) const {
    return block * (Threads >> levels) + (thread >> levels);
  }
  constexpr std::size_t blocks(std::size_t rows) const {
    const std::size_t of_a_block = Threads >> levels;
    return (rows + of_a_block - 1) / of_a_block;
  }
};

}  // namespace STRATA_NAMESPACE
