#pragma once
// A tile of one step of an LSTM on the way in: z = gates + h′ Wₕₕᵀ for all four gates of its units, then the cell.
//
// A thread has one unit of its samples; its sums are [sample, gate]. What only it reads it fetches before the product,
// for all samples at once, so that nothing is waited for behind it: gates and c′ of its own cells. Where the block
// keeps its slice of Wₕₕ from step to step (Kept), that lies in its memory whole and only h′ passes through; else both
// do.

#include <strata/backend/common/apply.hpp>
#include <strata/backend/thrust/lstm_tile.hpp>

#include <type_traits>

namespace STRATA_NAMESPACE::detail {

template <class Tile, class F>
struct LstmForwardTile : Tile {
  using T = typename Tile::element;
  using Tile::depth;
  using Tile::piece_groups;
  using Tile::threads;
  using typename Tile::Group;
  using typename Tile::Rows;
  using typename Tile::Weights;
  static constexpr unsigned Units = Tile::units, Samples = Tile::each, Together = Tile::together;

  /// Weights of a number of k in the block's memory: the four gates of each unit, and one more for the banks.
  static constexpr unsigned weight_fours = Units + 1;

  /// What a thread keeps: sums [sample, gate], which begin with the gates' part that is given, and c′.
  struct Registers : Tile::Registers {
    T before[Samples];
  };

  F f;
  ops::LstmForwardArguments<T> in;

  constexpr LstmForwardTile(F cell, const ops::LstmForwardArguments<T>& arguments) : f(cell), in(arguments) {}

  /// Whether what is fetched together begins where it must.
  static bool aligned(const ops::LstmForwardArguments<T>& a) {
    return Tile::aligned(a.recurrent) && Tile::aligned(a.h0) && Tile::aligned(a.y);
  }

  constexpr unsigned pieces() const { return Tile::pieces(in.hidden); }
  constexpr unsigned phases() const { return pieces() + 1; }
  constexpr bool multiplies() const { return true; }  ///< in any step
  constexpr std::size_t step(unsigned round) const { return round; }

  /// Memory for weights, in Fours, and for samples, in Groups.
  static constexpr std::size_t kept_fours(std::size_t hidden) {
    return std::size_t{Tile::pieces(hidden)} * depth * weight_fours;
  }
  static constexpr std::size_t passing_fours() { return std::size_t{2} * depth * weight_fours; }
  static constexpr std::size_t row_groups() { return std::size_t{2} * piece_groups; }

  /// A thread's part of one piece of Wₕₕ, [depth, units, gates], 0 beyond its end.
  constexpr Weights fetch_weights(std::size_t unit, unsigned piece, unsigned thread) const {
    Weights part{};
    for (unsigned j = 0; j * threads < Tile::weights_fetched; ++j) {
      const unsigned i = (thread + j * threads) * Together, gate = i / depth % 4;
      const std::size_t k = std::size_t{piece} * depth + i % depth, u = unit + i / depth / 4;
      if (u < in.hidden && k < in.hidden) {
        part.values[j] = Tile::fetch(in.recurrent + (gate * in.hidden + u) * in.hidden + k);
      }
    }
    return part;
  }
  static constexpr void store_weights(const Weights& part, Four<T>* to, unsigned thread) {
    for (unsigned j = 0; j * threads < Tile::weights_fetched; ++j) {
      const unsigned i = (thread + j * threads) * Together;
      for (unsigned e = 0; e < Together; ++e) {
        to[(i % depth + e) * weight_fours + i / depth / 4].values[i / depth % 4] = part.values[j].values[e];
      }
    }
  }
  /// The block's slice of Wₕₕ.
  constexpr void keep_weights(std::size_t unit, Four<T>* to, unsigned thread) const {
    for (unsigned p = 0; p < pieces(); ++p) {
      store_weights(fetch_weights(unit, p, thread), to + std::size_t{p} * depth * weight_fours, thread);
    }
  }

  /// One of the phases of step t.
  template <bool Kept>
  constexpr void work(unsigned phase, LstmPlace at, std::size_t t, unsigned thread, Four<T>* weights, Group* rows,
                      Registers& mine) const {
    if (at.sample >= in.batch) return;
    if (phase == 0) mine = begin(at, t, thread);
    Rows next{};
    Weights next_weights{};
    if (phase < pieces()) {
      const T* const h = t == 0 ? in.h0 : in.y + (t - 1) * in.batch * in.hidden;
      const std::size_t k = std::size_t{phase} * depth;
      next = Tile::fetch_rows(h + at.sample * in.hidden + k, in.hidden, in.batch - at.sample, in.hidden - k, thread);
      if constexpr (!Kept) next_weights = fetch_weights(at.unit, phase, thread);
    }
    if (phase > 0) {
      const unsigned p = phase - 1;
      const Four<T>* const w = weights + std::size_t{Kept ? p : p % 2} * depth * weight_fours;
      Tile::multiply(mine, rows + p % 2 * piece_groups + thread / Units, w + thread % Units, weight_fours);
    }
    if (phase < pieces()) {
      Tile::store_rows(next, rows + phase % 2 * piece_groups, thread);
      if constexpr (!Kept) store_weights(next_weights, weights + phase % 2 * depth * weight_fours, thread);
    } else {
      cells(at, t, thread, mine);
    }
  }

 private:
  /// What the sums begin with, and c′: 0 where there is no sample or unit.
  constexpr Registers begin(LstmPlace at, std::size_t t, unsigned thread) const {
    Registers mine{};
    const std::size_t u = at.unit + thread % Units, n = in.hidden;
    const bool first = in.cell == nullptr || t == 0;
    const T* const c = first ? in.c0 : in.cell + (t - 1) * in.batch * n;
    for (unsigned i = 0; i < Samples; ++i) {
      const std::size_t sample = at.sample + thread / Units * Samples + i;
      if (u >= n || sample >= in.batch) continue;
      const T* const z = in.gates + (t * in.batch + sample) * 4 * n + u;
      for (unsigned gate = 0; gate < 4; ++gate) mine.sums[i][gate] = z[gate * n];
      mine.before[i] = c[sample * n + u];
    }
    return mine;
  }
  /// The cell, for one unit of the thread's samples.
  constexpr void cells(LstmPlace at, std::size_t t, unsigned thread, const Registers& mine) const {
    const std::size_t u = at.unit + thread % Units, n = in.hidden;
    if (u >= n) return;
    for (unsigned i = 0; i < Samples; ++i) {
      const std::size_t sample = at.sample + thread / Units * Samples + i;
      if (sample >= in.batch) return;
      const std::size_t row = t * in.batch + sample, here = row * n + u;
      const T* const z = mine.sums[i];
      const auto all = loaded(f)(z[0], z[1], z[2], z[3], mine.before[i]);
      in.y[here] = all[0];
      if constexpr (std::is_same_v<std::remove_const_t<decltype(all)>, Pack<T, 6>>) {
        in.cell[here] = all[1];
        for (unsigned gate = 0; gate < 4; ++gate) in.gates[row * 4 * n + gate * n + u] = all[2 + gate];
      } else {
        in.c0[sample * n + u] = all[1];
      }
    }
  }
};

}  // namespace STRATA_NAMESPACE::detail
