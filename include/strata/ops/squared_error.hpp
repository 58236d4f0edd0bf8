#pragma once
// Mean squared error over the features of a row: loss = Σⱼ (sⱼ - tⱼ)² / N, d/ds = 2 (s - t) / N.

#include <strata/backend/kernel.hpp>
#include <strata/core/counters.hpp>
#include <strata/ops/operand.hpp>
#include <strata/ops/targets.hpp>

namespace STRATA_NAMESPACE::ops {

/// Tag of the operation.
struct SquaredError {};

/// What a kernel is given; see CrossEntropyArguments.
template <class T>
struct SquaredErrorArguments {
  std::size_t rows, columns, batch;
  const T* scores;
  Targets<T, T> targets;
  const T* scale;
  T* losses;
  T* gradient;
};

/// Weighted losses, one a row, and the gradient of their sum times the scale in the counters.
template <class Run, class Scores, class Gradient>
void squared_error(Run& run, Scores scores, Targets<typename Run::element, typename Run::element> targets,
                   typename Run::element* losses, Gradient gradient) {
  using T = typename Run::element;
  Kernel<SquaredError, typename Run::backend>::run(
      run.stream, SquaredErrorArguments<T>{scores.rows, Scores::columns, scores.extents.batch, scores.data, targets,
                                           &run.counters->loss_scale, losses, gradient.data});
}

}  // namespace STRATA_NAMESPACE::ops
