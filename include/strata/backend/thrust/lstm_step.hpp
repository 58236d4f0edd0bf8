#pragma once
// One step of an LSTM as a block kernel: product and cell in one launch.

#include <strata/backend/thrust/for_each_block.hpp>
#include <strata/backend/thrust/lstm_backward_tile.hpp>
#include <strata/backend/thrust/lstm_forward_tile.hpp>

#include <numeric>
#include <type_traits>

namespace STRATA_NAMESPACE::detail {

/// A tile a block, of either direction.
template <class Tile>
struct LstmStep {
  static constexpr unsigned threads = Tile::threads;
  using Registers = typename Tile::Registers;
  using Fours = Four<typename Tile::element>;
  using Groups = typename Tile::Group;

  Tile tile;
  std::size_t t;

  constexpr unsigned phases() const { return tile.phases(); }
  static constexpr std::size_t shared_bytes() {
    return Tile::passing_fours() * sizeof(Fours) + Tile::row_groups() * sizeof(Groups);
  }
  constexpr void operator()(unsigned phase, std::size_t block, unsigned thread, void* shared, Registers& mine) const {
    const unsigned across = Tile::unit_blocks(tile.in.hidden), b = static_cast<unsigned>(block);
    Fours* const memory = static_cast<Fours*>(shared);
    Groups* const rows = static_cast<Groups*>(static_cast<void*>(memory + Tile::passing_fours()));
    tile.template work<false>(phase, {b / across * Tile::samples, b % across * Tile::units}, t, thread, memory, rows,
                              mine);
  }
};

/// How many numbers of a row can be fetched at once where rows have `hidden`.
template <class T>
constexpr unsigned lstm_together(std::size_t hidden) {
  return static_cast<unsigned>(std::gcd(hidden, widest_load / sizeof(T)));
}

/// The tiles of a direction.
template <unsigned Units, unsigned Samples, unsigned Together, class T, class F>
constexpr auto lstm_tile(F f, const ops::LstmForwardArguments<T>& a) {
  return LstmForwardTile<LstmTile<T, Units, Samples, Together>, F>(f, a);
}
template <unsigned Units, unsigned Samples, unsigned Together, class T, class F>
constexpr auto lstm_tile(F f, const ops::LstmBackwardArguments<T>& a) {
  return LstmBackwardTile<LstmTile<T, Units, Samples, Together>, F>(f, a);
}

/// A whole sequence, one launch a step, by so many samples a thread.
template <unsigned Samples, unsigned Together, class Stream, class F, class Arguments>
void lstm_by_steps(Stream stream, F f, const Arguments& a) {
  const auto tile = lstm_tile<16, Samples, Together>(f, a);
  using Tile = std::remove_const_t<decltype(tile)>;
  static_assert(LstmStep<Tile>::shared_bytes() <= most_shared_bytes);
  for (unsigned round = 0; round < a.steps; ++round) {
    for_each_block(stream, Tile::unit_blocks(a.hidden) * Tile::tiles(a.batch), a.batch * a.hidden * a.hidden,
                   LstmStep<Tile>{tile, tile.step(round)});
  }
}

/// How many samples a thread of such launches has: the most that leave a block for each multiprocessor, at least 1. 0
/// where even 4 are more than two blocks for each: then a product of matrices and a map are faster.
constexpr unsigned lstm_step_samples(std::size_t batch, std::size_t hidden, std::size_t multiprocessors) {
  const auto blocks = [&](std::size_t samples) {
    return (hidden + 15) / 16 * ((batch + 8 * samples - 1) / (8 * samples));
  };
  if (blocks(4) > 2 * multiprocessors) return 0;
  return blocks(4) >= multiprocessors ? 4 : blocks(2) >= multiprocessors ? 2 : 1;
}

}  // namespace STRATA_NAMESPACE::detail
