#pragma once
// A whole sequence of an LSTM as one kernel whose blocks wait for each other: each keeps the weights of a few hidden
// units in its memory from the first step to the last (persistent RNNs: Diamos et al. 2016).

#include <strata/backend/thrust/for_each_round.hpp>
#include <strata/backend/thrust/lstm_step.hpp>

#include <algorithm>

namespace STRATA_NAMESPACE {
namespace detail {

/// A step a round. The blocks are `across` for the units by `down` for the samples, of which each has every down-th
/// tile, one pass after another.
template <class Tile>
struct LstmRounds {
  static constexpr unsigned threads = Tile::threads;
  /// A thread also keeps which tile of its block it is at, and the phase of that.
  struct Registers : Tile::Registers {
    LstmPlace at;
    unsigned phase;
  };
  using Fours = Four<typename Tile::element>;
  using Groups = typename Tile::Group;

  Tile tile;
  unsigned down;

  constexpr unsigned rounds() const { return static_cast<unsigned>(tile.in.steps); }
  constexpr unsigned phases() const {
    return tile.phases() * static_cast<unsigned>((Tile::tiles(tile.in.batch) + down - 1) / down);
  }
  static constexpr std::size_t shared_bytes(std::size_t hidden) {
    return Tile::kept_fours(hidden) * sizeof(Fours) + Tile::row_groups() * sizeof(Groups);
  }
  constexpr std::size_t shared_bytes() const { return shared_bytes(tile.in.hidden); }

  constexpr void operator()(unsigned round, unsigned phase, std::size_t block, unsigned thread, void* shared,
                            Registers& mine) const {
    Fours* const memory = static_cast<Fours*>(shared);
    Groups* const rows = static_cast<Groups*>(static_cast<void*>(memory + Tile::kept_fours(tile.in.hidden)));
    if (phase == 0) {
      const unsigned across = Tile::unit_blocks(tile.in.hidden), b = static_cast<unsigned>(block);
      mine.at = {b / across * Tile::samples, b % across * Tile::units};
      mine.phase = 0;
      if (round == 0 && tile.multiplies()) tile.keep_weights(mine.at.unit, memory, thread);
    } else if (++mine.phase == tile.phases()) {
      mine.at.sample += down * Tile::samples;
      mine.phase = 0;
    }
    tile.template work<true>(mine.phase, mine.at, tile.step(round), thread, memory, rows, mine);
  }
};

/// What blocks of so many units share: the most of both directions and all numbers of samples a thread.
template <class T, unsigned Units>
constexpr std::size_t lstm_kept_bytes(std::size_t hidden) {
  struct Cell {};
  const auto most = [&]<unsigned Samples>() {
    using Tile = LstmTile<T, Units, Samples, 1>;
    return std::max(LstmRounds<LstmForwardTile<Tile, Cell>>::shared_bytes(hidden),
                    LstmRounds<LstmBackwardTile<Tile, Cell>>::shared_bytes(hidden));
  };
  return std::max({most.template operator()<1>(), most.template operator()<2>(), most.template operator()<4>()});
}

/// How many tiles of samples each block has in a step where at most so many are on the device at once; 0: they are too
/// few to hold all units.
template <class Tile>
constexpr std::size_t lstm_passes(std::size_t batch, std::size_t hidden, std::size_t most_blocks) {
  const std::size_t down = std::min(Tile::tiles(batch), most_blocks / Tile::unit_blocks(hidden));
  return down == 0 ? 0 : (Tile::tiles(batch) + down - 1) / down;
}

/// A whole sequence in one launch, by at most so many blocks; there must be one for each Units hidden units.
template <unsigned Units, unsigned Samples, unsigned Together, class Stream, class F, class Arguments>
void lstm_by_rounds(Stream stream, F f, const Arguments& a, std::size_t most_blocks) {
  const auto tile = lstm_tile<Units, Samples, Together>(f, a);
  using Tile = std::remove_const_t<decltype(tile)>;
  const std::size_t across = Tile::unit_blocks(a.hidden), down = std::min(Tile::tiles(a.batch), most_blocks / across);
  for_each_round(stream, across * down, a.batch * a.hidden * a.hidden,
                 LstmRounds<Tile>{tile, static_cast<unsigned>(down)});
}

}  // namespace detail

/// Whether a device can keep the recurrent weights of an LSTM in its blocks' memory, and of how many hidden units a
/// block: 16, 8, or 0 if not. The most hidden units for training, one block on a multiprocessor, are
///   float:  864 for sm_80 (163 KiB, 108 multiprocessors), 1056 for sm_90 (227 KiB, 132),
///   double: 512 for sm_80, 768 for sm_90.
template <class T>
constexpr unsigned lstm_units(std::size_t hidden, const RoundLimits& limits) {
  const auto fits = [&](std::size_t bytes, unsigned units) {
    return bytes <= limits.shared_bytes && (hidden + units - 1) / units <= limits.blocks;
  };
  if (fits(detail::lstm_kept_bytes<T, 16>(hidden), 16)) return 16;
  return fits(detail::lstm_kept_bytes<T, 8>(hidden), 8) ? 8 : 0;
}

}  // namespace STRATA_NAMESPACE
