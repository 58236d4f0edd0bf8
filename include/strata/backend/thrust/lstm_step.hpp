#pragma once
// One step of an LSTM as a block kernel: product and cell in one launch.

#include <strata/backend/thrust/for_each_block.hpp>
#include <strata/backend/thrust/lstm_backward_tile.hpp>
#include <strata/backend/thrust/lstm_forward_tile.hpp>

namespace STRATA_NAMESPACE::detail {

/// A tile a block, of either direction.
template <class Tile>
struct LstmStep {
  static constexpr unsigned threads = Tile::threads;
  using Registers = typename Tile::Registers;
  using Fours = Four<typename Tile::element>;

  Tile tile;
  std::size_t t;

  constexpr unsigned phases() const { return tile.phases(); }
  static constexpr std::size_t shared_bytes() { return (Tile::passing_fours() + Tile::row_fours()) * sizeof(Fours); }
  constexpr void operator()(unsigned phase, std::size_t block, unsigned thread, void* shared, Registers& mine) const {
    const std::size_t across = Tile::unit_blocks(tile.in.hidden);
    const LstmPlace at{block / across * Tile::samples, block % across * Tile::units};
    Fours* const memory = static_cast<Fours*>(shared);
    tile.template work<false>(phase, at, t, thread, memory, memory + Tile::passing_fours(), mine);
  }
};

/// The tiles of a direction.
template <unsigned Units, class T, class F>
constexpr auto lstm_tile(F f, const ops::LstmForwardArguments<T>& a) {
  return LstmForwardTile<T, Units, F>(f, a);
}
template <unsigned Units, class T, class F>
constexpr auto lstm_tile(F f, const ops::LstmBackwardArguments<T>& a) {
  return LstmBackwardTile<T, Units, F>(f, a);
}

/// A whole sequence, one launch a step.
template <class Stream, class F, class Arguments>
void lstm_by_steps(Stream stream, F f, const Arguments& a) {
  const auto tile = lstm_tile<16>(f, a);
  using Tile = std::remove_const_t<decltype(tile)>;
  const std::size_t blocks = Tile::unit_blocks(a.hidden) * Tile::tiles(a.batch);
  static_assert(LstmStep<Tile>::shared_bytes() <= most_shared_bytes);
  for (unsigned round = 0; round < a.steps; ++round) {
    for_each_block(stream, blocks, a.batch * a.hidden * a.hidden, LstmStep<Tile>{tile, tile.step(round)});
  }
}

}  // namespace STRATA_NAMESPACE::detail
