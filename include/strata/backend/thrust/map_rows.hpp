#pragma once
// map_rows on Thrust: the threads of a block share some rows, or one where it is wide. Neighbouring threads take
// neighbouring columns, and each has a row functor of its own, which learns the same as those of its row.

#include <strata/backend/common/row_terms.hpp>
#include <strata/backend/thrust/for_each_block.hpp>
#include <strata/backend/thrust/halves.hpp>
#include <strata/backend/thrust/row_lanes.hpp>

namespace STRATA_NAMESPACE {
namespace detail {

/// Rows in blocks. A pass is a phase over the columns, then those in which lanes put together what they found; behind
/// the last pass there is one that writes.
template <class F, class T, std::size_t Outputs, std::size_t Inputs>
struct MapRowsBlock {
  static constexpr unsigned threads = 256;
  struct Registers {
    F f;
    std::size_t row = 0;
  };

  F f;
  std::size_t rows, columns;
  Pack<Operand<T>, Outputs> out;
  Pack<Operand<const T>, Inputs> in;
  RowLanes<threads> lanes;

  constexpr std::size_t blocks() const { return lanes.blocks(rows); }
  constexpr unsigned phases() const { return static_cast<unsigned>(F::passes) * (lanes.levels + 1) + 1; }
  static constexpr std::size_t shared_bytes() { return 2 * most_terms() * threads * sizeof(T); }

  constexpr void operator()(unsigned phase, std::size_t block, unsigned thread, void* shared, Registers& mine) const {
    if (phase == 0) mine = {f, lanes.row(block, thread)};
    if (mine.row >= rows) return;
    const unsigned now = phase / (lanes.levels + 1), level = phase % (lanes.levels + 1), lane = lanes.lane(thread);
    T* const memory = static_cast<T*>(shared) + thread;
    for_each_pass<F>([&]<std::size_t P>(ops::Pass<P> pass) {
      // passes use two halves in turn: the second is written while the results in the first are still read
      T* const found = memory + P % 2 * most_terms() * threads;
      if (now == P && level == 0) find(pass, mine, lane, found);
      if (now == P && level > 0) put_together(pass, lane, lanes.lanes() >> level, found);
      if (now == P + 1 && level == 0) learn(pass, mine, found - lane);
    });
    if (now == F::passes) write(mine, lane);
  }

 private:
  static constexpr std::size_t most_terms() {
    std::size_t most = 0;
    for_each_pass<F>([&]<std::size_t P>(ops::Pass<P>) { most = most < terms<P> ? terms<P> : most; });
    return most;
  }
  template <std::size_t P>
  static constexpr std::size_t terms = terms_in<P, F, T, Inputs>;

  constexpr Pack<T, Inputs> element(std::size_t row, std::size_t column) const {
    Pack<T, Inputs> x;
    for (std::size_t k = 0; k != Inputs; ++k) x[k] = in[k].data[row * in[k].stride + column];
    return x;
  }
  template <std::size_t P>
  constexpr void find(ops::Pass<P>, const Registers& mine, unsigned lane, T* found) const {
    constexpr auto together = ops::together<P, F>();
    Pack<T, terms<P>> all;
    for (std::size_t k = 0; k != terms<P>; ++k) all[k] = ops::of_no_terms<T>(together);
    for (std::size_t j = lane; j < columns; j += lanes.lanes()) {
      const auto term = apply<terms<P>>(TermOf<P, F>{mine.f}, element(mine.row, j));
      for (std::size_t k = 0; k != terms<P>; ++k) all[k] = together(all[k], term[k]);
    }
    for (std::size_t k = 0; k != terms<P>; ++k) found[k * threads] = all[k];
  }
  template <std::size_t P>
  constexpr void put_together(ops::Pass<P>, unsigned lane, unsigned half, T* found) const {
    for (std::size_t k = 0; k != terms<P>; ++k) halve(found + k * threads, lane, half, 1, ops::together<P, F>());
  }
  template <std::size_t P>
  constexpr void learn(ops::Pass<P> pass, Registers& mine, const T* found) const {
    Pack<T, terms<P>> all;
    for (std::size_t k = 0; k != terms<P>; ++k) all[k] = found[k * threads];
    mine.f.learn(pass, all);
  }
  constexpr void write(const Registers& mine, unsigned lane) const {
    for (std::size_t j = lane; j < columns; j += lanes.lanes()) {
      const auto y = apply<Outputs>(mine.f, element(mine.row, j));
      for (std::size_t k = 0; k != Outputs; ++k) out[k].data[mine.row * out[k].stride + j] = y[k];
    }
  }
};

}  // namespace detail

template <System Where, class T, class Products>
struct Kernel<ops::MapRows, Thrust<Where, T, Products>> {
  template <class F, std::size_t Outputs, std::size_t Inputs>
  static void run(typename Thrust<Where, T, Products>::Stream stream, std::size_t rows, std::size_t columns, F f,
                  Pack<Operand<T>, Outputs> out, Pack<Operand<const T>, Inputs> in) {
    using Block = detail::MapRowsBlock<F, T, Outputs, Inputs>;
    const Block block{f, rows, columns, out, in, RowLanes<Block::threads>::of(columns)};
    for_each_block(stream, block.blocks(), (1 + F::passes) * rows * columns, block);
  }
};

}  // namespace STRATA_NAMESPACE
