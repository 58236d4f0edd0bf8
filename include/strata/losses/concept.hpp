#pragma once
// What a loss is: a small value type with
//
//   using target = …;                                   element of a target: std::int32_t for labels, or the network's
//   own template <class Out> static constexpr std::size_t target_width;          targets a row: 1 label, or N values
//   template <class Out> static void check(const target*, std::size_t count, …);   throws ValueError on a bad target
//   void operator()(auto& run, auto scores, Targets targets, T* losses, auto gradient) const;
//
// It writes one weighted loss a row and the gradient, weighted and scaled by counters->loss_scale = 1 / Σ weights, so
// that the sum over any split of a batch is the weighted mean over the whole batch: PyTorch's reduction "mean" with
// weights. Rows are samples, or steps of samples where the network's output has steps; weights belong to samples or to
// rows.

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
