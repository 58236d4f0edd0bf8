#pragma once
// hits on Thrust: the threads of a block share some rows, or one where it is wide.

#include <strata/backend/common/hit_row.hpp>
#include <strata/backend/thrust/for_each_block.hpp>
#include <strata/backend/thrust/halves.hpp>
#include <strata/backend/thrust/row_lanes.hpp>

namespace STRATA_NAMESPACE {
namespace detail {

/// Rows in blocks: every lane's highest score, then the lanes' in pairs.
template <class T>
struct HitsBlock {
  static constexpr unsigned threads = 256;
  struct Registers {};

  ops::HitArguments<T> arguments;
  RowLanes<threads> lanes;

  static constexpr HitsBlock of(const ops::HitArguments<T>& a) { return {a, RowLanes<threads>::of(a.columns)}; }
  constexpr std::size_t blocks() const { return lanes.blocks(arguments.rows); }
  constexpr unsigned phases() const { return 1 + lanes.levels; }
  static constexpr std::size_t shared_bytes() { return threads * sizeof(HighestScore<T>); }

  constexpr void operator()(unsigned phase, std::size_t block, unsigned thread, void* shared, Registers&) const {
    const std::size_t r = lanes.row(block, thread);
    if (r >= arguments.rows) return;
    HighestScore<T>* const highest = static_cast<HighestScore<T>*>(shared) + thread;
    const unsigned lane = lanes.lane(thread);
    if (phase == 0) *highest = HighestScore<T>::of(arguments, r, lane, lanes.lanes());
    else halve(highest, lane, lanes.lanes() >> phase, 1, HigherScore{});
    if (phase == lanes.levels && lane == 0) highest->write(arguments, r);
  }
};

}  // namespace detail

template <System Where, class T, class Products>
struct Kernel<ops::Hits, Thrust<Where, T, Products>> {
  static void run(typename Thrust<Where, T, Products>::Stream stream, const ops::HitArguments<T>& a) {
    const auto kernel = detail::HitsBlock<T>::of(a);
    for_each_block(stream, kernel.blocks(), a.rows * a.columns, kernel);
  }
};

}  // namespace STRATA_NAMESPACE
