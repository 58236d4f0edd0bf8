#pragma once
// Softmax and cross-entropy in one pass over the rows, with a temperature, against labels or against other scores.
//
//   hard: loss = log Σⱼ exp(sⱼ/T) - s_label/T               d/ds = (softmax(s/T) - onehot(label)) / T
//   soft: loss = -Σⱼ qⱼ log softmax(s/T)ⱼ, q = softmax(teacher/T)   d/ds = (softmax(s/T) - q) / T

#include <strata/backend/kernel.hpp>
#include <strata/core/counters.hpp>
#include <strata/ops/operand.hpp>
#include <strata/ops/targets.hpp>

#include <cstdint>

namespace STRATA_NAMESPACE::ops {

/// Tag of the operation.
struct CrossEntropy {};

/// How one term enters the loss.
struct CrossEntropyTerm {
  double temperature = 1;
  double factor = 1;        ///< on loss and gradient
  bool accumulate = false;  ///< add to losses and gradient instead of overwriting them
};

/// What a kernel is given; exactly one of labels and teacher is not null. Scores and gradient are time-major rows.
/// Labels are below `columns` wherever the weight is not 0: the loss checks them, kernels do not.
template <class T>
struct CrossEntropyArguments {
  std::size_t rows, columns, batch;
  const T* scores;
  const T* teacher;  ///< scores of the same rows, batch-major
  Targets<std::int32_t, T> targets;
  const T* scale;  ///< 1 / Σ weights, in the backend's memory
  T* losses;       ///< one a row: factor · weight · loss, not yet scaled
  T* gradient;     ///< factor · weight · scale · d loss / d scores
  CrossEntropyTerm term;
};

/// One term of the loss, one loss a row, and its gradient; against the teacher's scores where they are not null, else
/// labels.
template <class Run, class Scores, class Gradient>
void cross_entropy(Run& run, Scores scores, const typename Run::element* teacher,
                   Targets<std::int32_t, typename Run::element> targets, typename Run::element* losses,
                   Gradient gradient, CrossEntropyTerm term) {
  using T = typename Run::element;
  Kernel<CrossEntropy, typename Run::backend>::run(
      run.stream, CrossEntropyArguments<T>{scores.rows, Scores::columns, scores.extents.batch, scores.data, teacher,
                                           targets, &run.counters->loss_scale, losses, gradient.data, term});
}

}  // namespace STRATA_NAMESPACE::ops
