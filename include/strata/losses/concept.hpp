#pragma once
// What a loss is: a small value type with
//
// clang-format off
//   template <class T> using target = …;       element of a target under a network of T: std::int32_t for labels, or T
//   template <class Out> static constexpr std::size_t target_width;      targets a row of Out: 1 label, or N values
//   template <class Out, class T> static void check(std::span<const target<T>>);       throws ValueError on a bad one
//   template <class Run> void operator()(Run&, auto scores, Targets<target<T>, T>, T* losses, auto gradient) const;
//   void prepare(Extents, const T* inputs);    optional: looks at the inputs of the batch to come
//   void set_threads(Threads);                 optional: how many it may use there
// clang-format on
//
// Scores and gradient are matrices (`data`, `rows`, `columns`) of time-major rows: step after step, in each all samples
// of the batch (`extents`). Targets and weights are batch-major, as users have them; Targets::index and weight find
// those of a row. losses/mean_squared_error.hpp and backend/common/squared_error_row.hpp are the example to follow.
//
// It overwrites the gradient and writes one loss a row, both weighted, the gradient also scaled by counters->loss_scale
// = 1 / Σ weights, so that the sum over any split of a batch is the weighted mean over the whole batch: PyTorch's
// reduction "mean" with weights. Rows are samples, or steps of samples where the network's output has steps; weights
// belong to samples or to rows.

#include <strata/ops/targets.hpp>
#include <strata/shape/shape.hpp>

#include <concepts>
#include <cstdint>

namespace STRATA_NAMESPACE {

/// A loss for networks that end in Out.
template <class L, class Out>
concept LossFor = Featured<Out> && requires {
  typename L::template target<float>;
  { L::template target_width<Out> } -> std::convertible_to<std::size_t>;
};

}  // namespace STRATA_NAMESPACE
