#pragma once
// A run: what a layer's forward and backward are handed besides their tensors. The counterpart with memory of DryRun.

#include <strata/core/counters.hpp>
#include <strata/network/dry_run.hpp>
#include <strata/tensor/moved.hpp>
#include <strata/tensor/tensor_list.hpp>

#include <algorithm>
#include <cstdint>
#include <limits>

namespace STRATA_NAMESPACE {

/// What an observer is shown: rows [rows, columns] of the layer numbered `position` (leaves in written order, see
/// layer_names). Rows of sequences are time-major: step after step, in each all samples.
template <class T>
struct Observation {
  std::uint32_t position;
  const char* what;  ///< "output", "input_gradient", or a layer's own word: "gates", "cell"; "sum" of a Residual
  const T* data;
  std::size_t rows;
  std::size_t columns;
  Extents extents = {};  ///< of the batch; lengths lie in ordinary memory

  /// Whether a row stands behind the end of its sample.
  bool is_padding(std::size_t row) const {
    return extents.lengths != nullptr && rows == extents.rows() &&
           row / extents.batch >= extents.lengths[row % extents.batch];
  }
};

/// Derive from this to look at every layer of a run as it passes.
template <class T>
struct Observer {
  virtual ~Observer() = default;
  virtual void see(const Observation<T>& observation) = 0;
};

/// One pass over a network on one backend. Memory comes from an arena at planned offsets, in the order of the plan.
template <class Backend, class Mode>
class Run : public Mode {
 public:
  static constexpr bool planning = false;
  using backend = Backend;
  using element = typename Backend::element;
  using pointer = element*;
  using const_pointer = const element*;
  using extents_type = Extents;

  typename Backend::Stream stream{};
  Extents extents{};
  const Counters<element>* counters = nullptr;
  std::size_t first_sample = 0;  ///< number of this batch's first sample: masks do not depend on how a batch is split
  element* arena = nullptr;
  const std::size_t* offsets = nullptr;
  const Allocation* allocations = nullptr;
  Observer<element>* observer = nullptr;
  bool every_other = false;  ///< alternates from step to step of a stream

#if defined(STRATA_CHECKED)
  std::size_t* high_water = nullptr;  ///< raised to the end of the highest region acquired, in elements
#endif

  pointer acquire(Count) { return acquire(std::size_t{}); }
  pointer acquire(std::size_t) {
#if defined(STRATA_CHECKED)
    if (high_water != nullptr)
      *high_water = std::max(*high_water, offsets[next_] + padded(allocations[next_].length.at(extents)));
#endif
    return arena + offsets[next_++];
  }
  void release([[maybe_unused]] pointer region) {
#if defined(STRATA_CHECKED)
    if constexpr (OnHost<Backend>) poison(region);
#endif
  }
  template <class Shape>
  Batch<pointer, Shape> batch() {
    return {acquire(std::size_t{}), extents};
  }
  template <class Length>
  Scratch<Run> scratch(Length length) {
    return {*this, acquire(length)};
  }

  template <class View>
  double rows(const View& view) const {
    return static_cast<double>(view.rows);
  }
  template <class View>
  auto last_step(View view) const {
    return view.step(extents.steps - 1);
  }
  template <class View>
  auto last_rows(View view) const {
    return view.rows_from(view.rows - extents.batch, extents.batch);
  }

  template <class Body>
  void each_step(Body body) {
    for (std::size_t t = 0; t < extents.steps; ++t) body(t);
  }
  template <class Body>
  void each_step_backwards(Body body) {
    for (std::size_t t = extents.steps; --t > 0;) body(t);
  }
  template <class Body>
  void last_step_only(Body body) {
    body(extents.steps - 1);
  }

  bool observed() const { return observer != nullptr; }
  template <class View>
  void observe(std::uint32_t position, const char* what, const View& view) {
    if (observer == nullptr) return;
    Downloaded<element, memory_of<Backend>> here;
    Downloaded<std::uint32_t, memory_of<Backend>> lengths;
    const auto seen = here.of(std::span<const element>(view.data, view.rows * View::columns));
    Extents all = extents;
    if (all.lengths != nullptr) all.lengths = lengths.of({all.lengths, all.batch}).data();
    observer->see({position, what, seen.data(), view.rows, View::columns, all});
  }

 private:
#if defined(STRATA_CHECKED)
  /// NaN over a released region: whoever still reads it shows.
  void poison(pointer region) {
    for (std::size_t i = next_; i-- > 0;) {
      if (arena + offsets[i] != region) continue;
      const std::size_t n = allocations[i].length.at(extents);
      for (std::size_t j = 0; j < n; ++j) region[j] = std::numeric_limits<element>::quiet_NaN();
      return;
    }
  }
#endif

  std::size_t next_ = 0;
};

}  // namespace STRATA_NAMESPACE
