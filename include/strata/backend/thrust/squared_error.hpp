#pragma once
// Squared error on Thrust: the threads of a block share some rows, or one where it is wide.

#include <strata/backend/common/squared_error_row.hpp>
#include <strata/backend/thrust/for_each_block.hpp>
#include <strata/backend/thrust/halves.hpp>
#include <strata/backend/thrust/row_lanes.hpp>
#include <strata/ops/map.hpp>

namespace STRATA_NAMESPACE {
namespace detail {

/// Rows in blocks: every lane's columns, then the lanes' sums in pairs.
template <class T>
struct SquaredErrorBlock {
  static constexpr unsigned threads = 256;
  using Row = SquaredErrorRow<T>;
  struct Registers {
    Row row;
  };

  ops::SquaredErrorArguments<T> arguments;
  RowLanes<threads> lanes;

  static constexpr SquaredErrorBlock of(const ops::SquaredErrorArguments<T>& a) {
    return {a, RowLanes<threads>::of(a.columns)};
  }
  constexpr std::size_t blocks() const { return lanes.blocks(arguments.rows); }
  constexpr unsigned phases() const { return 1 + lanes.levels; }
  static constexpr std::size_t shared_bytes() { return threads * sizeof(T); }

  constexpr void operator()(unsigned phase, std::size_t block, unsigned thread, void* shared, Registers& mine) const {
    const std::size_t r = lanes.row(block, thread);
    if (r >= arguments.rows) return;
    T* const sums = static_cast<T*>(shared) + thread;
    if (phase == 0) {
      mine.row = Row::of(arguments, r, lanes.lane(thread), lanes.lanes());
      *sums = mine.row.differentiate(arguments);
    } else {
      halve(sums, mine.row.part, lanes.lanes() >> phase, 1, ops::Sum{});
    }
    if (phase == lanes.levels && mine.row.part == 0) mine.row.write_loss(arguments, *sums);
  }
};

}  // namespace detail

template <System Where, class T, class Products>
struct Kernel<ops::SquaredError, Thrust<Where, T, Products>> {
  static void run(typename Thrust<Where, T, Products>::Stream stream, const ops::SquaredErrorArguments<T>& a) {
    const auto kernel = detail::SquaredErrorBlock<T>::of(a);
    for_each_block(stream, kernel.blocks(), a.rows * a.columns, kernel);
  }
};

}  // namespace STRATA_NAMESPACE
