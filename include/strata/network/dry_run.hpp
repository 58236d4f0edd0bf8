#pragma once
// A run without memory: the same forward and backward code, executed by the compiler on symbols, leaves the list of
// what it allocated, when, and how much it multiplied. The plan is this list, so plan and execution cannot diverge.

#include <strata/shape/count.hpp>
#include <strata/tensor/view.hpp>

#include <vector>

namespace STRATA_NAMESPACE {

/// One region of the arena: its length, and when it is first and last in use (in events of the run).
struct Allocation {
  Count length{};
  int first = 0;
  int last = 0;
};

/// Memory for the length of a scope.
template <class Run>
struct Scratch {
  Run* run;
  typename Run::pointer data;

  constexpr Scratch(Run& r, typename Run::pointer p) : run(&r), data(p) {}
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  constexpr ~Scratch() { run->release(data); }
};

/// Counts what a run in the given mode would do. Steps of a sequence are a symbol, so a loop over them runs once.
template <class Mode, class T>
class DryRun : public Mode {
 public:
  static constexpr bool planning = true;
  using element = T;
  using pointer = Planned;
  using const_pointer = Planned;
  using extents_type = SymbolicExtents;

  SymbolicExtents extents{};

  constexpr Planned acquire(Count length) {
    if (looping_)
      throw "strata: memory (acquire, scratch, batch, reduce_rows) is taken outside each_step";  // while compiling
    allocations_.push_back({length, clock_++, -1});
    return {static_cast<int>(allocations_.size()) - 1};
  }
  constexpr void release(Planned region) {
    if (region.region < 0) return;
    auto& allocation = allocations_[static_cast<std::size_t>(region.region)];
    if (allocation.last >= 0) throw "strata: a region of the arena is released twice";  // only ever while compiling
    allocation.last = clock_++;
  }
  template <class Shape>
  constexpr Batch<Planned, Shape> batch() {
    Batch<Planned, Shape> view(Planned{}, extents);
    view.data = acquire(view.rows * row_width<Shape>);
    return view;
  }
  constexpr Scratch<DryRun> scratch(Count length) { return {*this, acquire(length)}; }

  template <class View>
  constexpr double rows(const View&) const {
    return 1;
  }
  template <class View>
  constexpr auto last_step(View view) const {
    return view.step(0);
  }
  template <class View>
  constexpr auto last_rows(View view) const {
    return view.rows_from(0 * extents.batch, extents.batch);
  }

  /// Once for T steps: what one step multiplies per sample counts once per row.
  template <class Body>
  constexpr void each_step(Body body) {
    loop({1, 0, 0}, [&] { body(std::size_t{1}); });
  }
  /// Once for the T - 1 steps T - 1 … 1.
  template <class Body>
  constexpr void each_step_backwards(Body body) {
    loop({1, -1, 0}, [&] { body(std::size_t{1}); });
  }
  template <class Body>
  constexpr void last_step_only(Body body) {
    body(std::size_t{1});
  }

  constexpr void count_flops(Count flops) { flops_ = flops_ + (looping_ ? repeated_ * per_sample(flops) : flops); }
  /// What is planned is what an observer would see.
  constexpr bool observed() const { return true; }
  template <class View>
  constexpr void observe(std::uint32_t, const char*, const View&) {}

  constexpr Count flops() const { return flops_; }
  /// The allocations, those never released in use to the end.
  constexpr std::vector<Allocation> allocations() const {
    auto all = allocations_;
    for (auto& a : all) a.last = a.last < 0 ? clock_ : a.last;
    return all;
  }

 private:
  static constexpr std::size_t per_sample(Count c) { return static_cast<std::size_t>(c.per_sample); }
  template <class Body>
  constexpr void loop(Count times, Body body) {
    looping_ = true;
    repeated_ = times;
    body();
    looping_ = false;
  }

  std::vector<Allocation> allocations_;
  int clock_ = 0;
  Count flops_{};
  Count repeated_{};
  bool looping_ = false;
};

}  // namespace STRATA_NAMESPACE
