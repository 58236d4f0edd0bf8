#pragma once
// A tile of one step of an LSTM on the way back: dh = dz Wₕₕ of the step after, then the cell's gradients.
//
// The sum runs over the units of four gates: a quarter of the threads has each gate, in it a thread four units of its
// samples. The four sums are then added in order through the block's memory, and a thread has one unit of its samples.
// What only it reads of these it fetches before the product, for all samples at once, so that nothing is waited for
// behind it. Where the block keeps its slice of Wₕₕ from step to step (Kept), only dz passes through its memory.

#include <strata/backend/common/apply.hpp>
#include <strata/backend/thrust/lstm_tile.hpp>

namespace STRATA_NAMESPACE::detail {

template <class Tile, class F>
struct LstmBackwardTile : Tile {
  using T = typename Tile::element;
  using Tile::depth;
  using Tile::groups;
  using Tile::piece_groups;
  using Tile::threads;
  using typename Tile::Group;
  using typename Tile::Rows;
  using typename Tile::Weights;
  static constexpr unsigned Units = Tile::units, Samples = Tile::each, Together = Tile::together;

  /// Weights of a number of k of one gate in the block's memory; a Four has each weight_fours-th unit.
  static constexpr unsigned weight_fours = Units / 4;

  /// What a thread keeps: sums [sample, unit], and of its own cells the activated gates, c, c′, dy and dc.
  struct Registers : Tile::Registers {
    T gates[Samples][4], c[Samples], before[Samples], dy[Samples], dc[Samples];
  };

  F f;
  ops::LstmBackwardArguments<T> in;

  constexpr LstmBackwardTile(F cell, const ops::LstmBackwardArguments<T>& arguments) : f(cell), in(arguments) {}

  /// Whether what is fetched together begins where it must.
  static bool aligned(const ops::LstmBackwardArguments<T>& a) {
    return Tile::aligned(a.recurrent) && Tile::aligned(a.gates);
  }

  constexpr unsigned pieces() const { return Tile::pieces(in.hidden); }
  constexpr unsigned phases() const { return pieces() + 2; }
  constexpr bool multiplies() const { return in.steps > 1; }  ///< in any step
  constexpr std::size_t step(unsigned round) const { return in.steps - 1 - round; }

  /// Memory for weights, in Fours, and for samples, in Groups. That for samples also has room for the sums of the four
  /// gates.
  static constexpr std::size_t kept_fours(std::size_t hidden) {
    return std::size_t{4} * Tile::pieces(hidden) * depth * weight_fours;
  }
  static constexpr std::size_t passing_fours() { return std::size_t{2} * 4 * depth * weight_fours; }
  static constexpr std::size_t row_groups() { return std::size_t{2} * half_groups; }

  /// A thread's part of one piece of Wₕₕ, [gates, depth, units], 0 beyond its end.
  constexpr Weights fetch_weights(std::size_t unit, unsigned piece, unsigned thread) const {
    Weights part{};
    for (unsigned j = 0; j * threads < Tile::weights_fetched; ++j) {
      const unsigned i = (thread + j * threads) * Together, gate = i / Units / depth;
      const std::size_t k = std::size_t{piece} * depth + i / Units % depth, u = unit + i % Units;
      if (u < in.hidden && k < in.hidden) {
        part.values[j] = Tile::fetch(in.recurrent + (gate * in.hidden + k) * in.hidden + u);
      }
    }
    return part;
  }
  /// The gates lie so many Fours apart.
  static constexpr void store_weights(const Weights& part, Four<T>* to, std::size_t gate_fours, unsigned thread) {
    for (unsigned j = 0; j * threads < Tile::weights_fetched; ++j) {
      const unsigned i = (thread + j * threads) * Together;
      Four<T>* const of_k = to + i / Units / depth * gate_fours + i / Units % depth * weight_fours;
      for (unsigned e = 0; e < Together; ++e) {
        const unsigned u = i % Units + e;
        of_k[u % weight_fours].values[u / weight_fours] = part.values[j].values[e];
      }
    }
  }
  /// The block's slice of Wₕₕ.
  constexpr void keep_weights(std::size_t unit, Four<T>* to, unsigned thread) const {
    for (unsigned p = 0; p < pieces(); ++p) {
      store_weights(fetch_weights(unit, p, thread), to + std::size_t{p} * depth * weight_fours, gate_fours<true>(),
                    thread);
    }
  }

  /// One of the phases of step t. The last step has no product, and only the first and the last phase.
  template <bool Kept>
  constexpr void work(unsigned phase, LstmPlace at, std::size_t t, unsigned thread, Four<T>* weights, Group* rows,
                      Registers& mine) const {
    if (at.sample >= in.batch) return;
    const bool product = t + 1 < in.steps;
    if (phase == 0) mine = begin(at, t, thread);
    if (phase + 1 == phases()) return cells(at, t, thread, mine, product ? rows + pieces() % 2 * half_groups : nullptr);
    if (!product) return;
    Rows next[4]{};
    Weights next_weights{};
    if (phase < pieces()) {
      const std::size_t n = in.hidden, k = std::size_t{phase} * depth;
      const T* const dz = in.gates + ((t + 1) * in.batch + at.sample) * 4 * n + k;
      for (unsigned gate = 0; gate < 4; ++gate) {
        next[gate] = Tile::fetch_rows(dz + gate * n, 4 * n, in.batch - at.sample, n - k, thread);
      }
      if constexpr (!Kept) next_weights = fetch_weights(at.unit, phase, thread);
    }
    const unsigned quad = thread % weight_fours, group = thread / weight_fours % groups, gate = thread / (threads / 4);
    if (phase > 0) {
      const unsigned p = phase - 1;
      const Four<T>* const w = weights + gate * gate_fours<Kept>() + std::size_t{Kept ? p : p % 2} * step_fours<Kept>();
      Tile::multiply(mine, rows + p % 2 * half_groups + gate * piece_groups + group, w + quad, weight_fours);
    }
    if (phase < pieces()) {
      for (unsigned g = 0; g < 4; ++g) {
        Tile::store_rows(next[g], rows + phase % 2 * half_groups + g * piece_groups, thread);
      }
      if constexpr (!Kept) {
        store_weights(next_weights, weights + phase % 2 * step_fours<false>(), gate_fours<false>(), thread);
      }
    } else {
      Group* const sums = rows + phase % 2 * half_groups + gate * gate_sums + group * Units + quad;
      for (unsigned j = 0; j < 4; ++j) {
        for (unsigned i = 0; i < Samples; ++i) sums[j * weight_fours].values[i] = mine.sums[i][j];
      }
    }
  }

 private:
  static constexpr unsigned gate_sums = groups * Units;  ///< Groups of the sums of a gate, [groups, units]
  static constexpr unsigned half_groups = 4 * (piece_groups > gate_sums ? piece_groups : gate_sums);

  /// How far apart gates, and pieces of one gate, lie in the block's weights.
  template <bool Kept>
  constexpr std::size_t gate_fours() const {
    return std::size_t{Kept ? pieces() : 1} * depth * weight_fours;
  }
  template <bool Kept>
  static constexpr std::size_t step_fours() {
    return std::size_t{Kept ? 1U : 4U} * depth * weight_fours;
  }

  /// Sums of 0, and what the cell needs: 0 where there is no sample or unit. dc is that of the step after.
  constexpr Registers begin(LstmPlace at, std::size_t t, unsigned thread) const {
    Registers mine{};
    const std::size_t u = at.unit + thread % Units, n = in.hidden;
    const T* const before = t == 0 ? in.c0 : in.cell + (t - 1) * in.batch * n;
    for (unsigned i = 0; i < Samples; ++i) {
      const std::size_t sample = at.sample + thread / Units * Samples + i;
      if (u >= n || sample >= in.batch) continue;
      const std::size_t row = t * in.batch + sample, here = row * n + u, start = sample * n + u;
      for (unsigned gate = 0; gate < 4; ++gate) mine.gates[i][gate] = in.gates[row * 4 * n + gate * n + u];
      mine.c[i] = in.cell[here];
      mine.before[i] = before[start];
      mine.dy[i] = in.dy[here];
      if (t + 1 < in.steps) mine.dc[i] = in.dc[start];
    }
    return mine;
  }
  /// The gradients of the cell, for one unit of the thread's samples.
  constexpr void cells(LstmPlace at, std::size_t t, unsigned thread, const Registers& mine, const Group* sums) const {
    const std::size_t u = at.unit + thread % Units, n = in.hidden;
    if (u >= n) return;
    Group dh{};
    for (unsigned gate = 0; gate < 4 && sums != nullptr; ++gate) {
      const Group part = sums[gate * gate_sums + thread];
      for (unsigned i = 0; i < Samples; ++i) dh.values[i] += part.values[i];
    }
    for (unsigned i = 0; i < Samples; ++i) {
      const std::size_t sample = at.sample + thread / Units * Samples + i;
      if (sample >= in.batch) return;
      const T* const z = mine.gates[i];
      const Pack<T, 5> all =
          loaded(f)(z[0], z[1], z[2], z[3], mine.c[i], mine.before[i], mine.dy[i], dh.values[i], mine.dc[i]);
      for (unsigned gate = 0; gate < 4; ++gate) {
        in.gates[((t * in.batch + sample) * 4 + gate) * n + u] = all[gate];
      }
      in.dc[sample * n + u] = all[4];
    }
  }
};

}  // namespace STRATA_NAMESPACE::detail
