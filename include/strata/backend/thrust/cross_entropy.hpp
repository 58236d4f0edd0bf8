#pragma once
// Softmax with cross-entropy on Thrust: the threads of a block share some rows, or one where it is wide. Neighbouring
// threads take neighbouring columns.

#include <strata/backend/common/cross_entropy_row.hpp>
#include <strata/backend/thrust/for_each_block.hpp>
#include <strata/backend/thrust/halves.hpp>
#include <strata/backend/thrust/row_lanes.hpp>
#include <strata/ops/map_rows.hpp>

namespace STRATA_NAMESPACE {
namespace detail {

/// Rows in blocks. A pass over the columns, then the phases in which lanes put together what they found, three times.
template <class T, unsigned Threads>
struct CrossEntropyBlock {
  static constexpr unsigned threads = Threads;
  using Row = CrossEntropyRow<T, ScalarLanes<T>>;
  struct Registers {
    Row row;
    T most_p = 0, most_q = 0;
  };

  ops::CrossEntropyArguments<T> arguments;
  T factor, inverse;  ///< of the term, 1 / temperature
  RowLanes<threads> lanes;

  static constexpr CrossEntropyBlock of(const ops::CrossEntropyArguments<T>& a) {
    return {a, static_cast<T>(a.term.factor), static_cast<T>(1 / a.term.temperature), RowLanes<threads>::of(a.columns)};
  }
  constexpr std::size_t blocks() const { return lanes.blocks(arguments.rows); }
  constexpr unsigned phases() const {  // the loss of a label is one thread's
    return 2 * (lanes.levels + 1) + (arguments.teacher != nullptr ? lanes.levels + 1 : 1);
  }
  static constexpr std::size_t shared_bytes() { return 4 * threads * sizeof(T); }

  constexpr void operator()(unsigned phase, std::size_t block, unsigned thread, void* shared, Registers& mine) const {
    if (phase == 0) begin(block, thread, mine);
    if (mine.row.masked()) return;  // or there is none
    const unsigned pass = phase / (lanes.levels + 1), level = phase % (lanes.levels + 1);
    // passes use two halves in turn: the second is written while the results in the first are still read
    T* const now = static_cast<T*>(shared) + pass % 2 * 2 * threads;
    if (level == 0) {
      const T* const before = static_cast<T*>(shared) + (1 - pass % 2) * 2 * threads + lanes.first(thread);
      if (pass == 0) find_largest(mine, now + thread);
      else if (pass == 1) add_exponentials(mine, before, now + thread);
      else differentiate(mine, before, now + thread);
    } else {
      const bool both = pass < 2 && arguments.teacher != nullptr;
      put_together(pass == 0, both ? 2 : 1, mine, now + thread, lanes.lanes() >> level);
    }
    if (pass == 2 && level == lanes.levels && arguments.teacher != nullptr && mine.row.part == 0)
      mine.row.write_loss(arguments, now[thread]);
  }

 private:
  constexpr void begin(std::size_t block, unsigned thread, Registers& mine) const {
    const std::size_t r = lanes.row(block, thread);
    if (r >= arguments.rows) return;
    mine.row = Row::of(arguments, factor, r, lanes.lane(thread), lanes.lanes());
    if (mine.row.masked()) mine.row.mask(arguments);
  }
  // `now`: where the thread writes what it found of scores, and `threads` later of the teacher; `before`: where the
  // row's result of the last pass is.
  constexpr void find_largest(const Registers& mine, T* now) const {
    now[0] = mine.row.largest(arguments, mine.row.scores(arguments));
    if (arguments.teacher != nullptr) now[threads] = mine.row.largest(arguments, mine.row.teacher(arguments));
  }
  constexpr void add_exponentials(Registers& mine, const T* before, T* now) const {
    mine.most_p = before[0];
    now[0] = mine.row.exponentials(arguments, mine.row.scores(arguments), {mine.most_p, inverse, T(0)});
    if (arguments.teacher == nullptr) return;
    mine.most_q = before[threads];
    now[threads] = mine.row.exponentials(arguments, mine.row.teacher(arguments), {mine.most_q, inverse, T(0)});
  }
  constexpr void differentiate(const Registers& mine, const T* before, T* now) const {
    const LogProbability<T> log_p{mine.most_p, inverse, math::log(before[0])};
    if (arguments.teacher == nullptr) {
      const T loss = mine.row.from_label(arguments, log_p);
      if (mine.row.has_label(arguments)) mine.row.write_loss(arguments, loss);
    } else {
      *now = mine.row.from_teacher(arguments, log_p, {mine.most_q, inverse, math::log(before[threads])});
    }
  }
  constexpr void put_together(bool most, unsigned values, const Registers& mine, T* at, unsigned half) const {
    for (unsigned i = 0; i < values; ++i, at += threads) {
      if (most) halve(at, mine.row.part, half, 1, ops::Largest{});
      else halve(at, mine.row.part, half, 1, ops::Sum{});
    }
  }
};

}  // namespace detail

template <System Where, class T, class Products>
struct Kernel<ops::CrossEntropy, Thrust<Where, T, Products>> {
  static void run(typename Thrust<Where, T, Products>::Stream stream, const ops::CrossEntropyArguments<T>& a) {
    const auto launch = [&](const auto& kernel) {
      for_each_block(stream, kernel.blocks(), 8 * a.rows * a.columns, kernel);
    };
    if (a.columns <= 4 * narrow) launch(detail::CrossEntropyBlock<T, narrow>::of(a));
    else launch(detail::CrossEntropyBlock<T, wide>::of(a));
  }

 private:
  static constexpr unsigned narrow = 256, wide = 512;
};

}  // namespace STRATA_NAMESPACE
