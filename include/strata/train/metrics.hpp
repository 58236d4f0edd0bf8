#pragma once
// Metrics: what scores are worth. Accuracy and confusion matrix for class labels, mean loss for everything.

#include <strata/core/error.hpp>
#include <strata/network/network.hpp>
#include <strata/ops/hits.hpp>
#include <strata/ops/map.hpp>
#include <strata/ops/reduce_all.hpp>
#include <strata/train/batch_source.hpp>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

namespace STRATA_NAMESPACE {

/// Loss per sample and, for class labels, the part of rows whose highest score is the label.
struct Evaluation {
  double loss = 0;
  std::optional<double> accuracy;
};

namespace detail {
/// The first highest of a row of any array of rank 2, in whatever order it lies.
template <class Scores>
std::size_t highest_of_row(const Scores& scores, std::size_t row, std::size_t n) {
  std::size_t best = 0;
  for (std::size_t j = 1; j < n; ++j) best = scores(row, best) < scores(row, j) ? j : best;
  return best;
}
/// Throws ShapeError unless scores are [rows, classes] and there is a label for each row.
template <class Scores, class Labels>
void check_rows(const Scores& scores, const Labels& labels, const char* where) {
  if (scores.dimension() != 2) {
    throw ShapeError(std::string("strata::") + where + ": scores have " + std::to_string(scores.dimension()) +
                     " axes, but must be [rows, classes]");
  }
  if (labels.dimension() == 1 && labels.size() == scores.shape()[0]) return;
  throw ShapeError(std::string("strata::") + where + ": " + std::to_string(scores.shape()[0]) +
                   " rows of scores, but " + std::to_string(labels.size()) + " labels");
}
}  // namespace detail

/// Part of the rows of scores [rows, classes] whose highest score is the label.
template <class Scores, class Labels>
double accuracy(const Scores& scores, const Labels& labels) {
  detail::check_rows(scores, labels, "accuracy");
  const std::size_t rows = scores.shape()[0], classes = scores.shape()[1];
  std::size_t right = 0;
  for (std::size_t r = 0; r < rows; ++r) {
    const auto label = static_cast<std::size_t>(labels(r));
    right += detail::highest_of_row(scores, r, classes) == label ? 1U : 0U;
  }
  return rows == 0 ? 0 : static_cast<double>(right) / static_cast<double>(rows);
}

/// How often class i (row) was taken for class j (column): [classes, classes]. ValueError for a label that is no class.
template <class Scores, class Labels>
xt::xtensor<std::size_t, 2> confusion_matrix(const Scores& scores, const Labels& labels) {
  detail::check_rows(scores, labels, "confusion_matrix");
  const std::size_t rows = scores.shape()[0], classes = scores.shape()[1];
  xt::xtensor<std::size_t, 2> matrix(std::array<std::size_t, 2>{classes, classes}, std::size_t{0});
  for (std::size_t r = 0; r < rows; ++r) {
    const auto label = static_cast<std::size_t>(labels(r));
    if (labels(r) < 0 || label >= classes) {
      throw ValueError(std::string("strata::confusion_matrix: label ") + std::to_string(labels(r)) + " in row " +
                       std::to_string(r) + " is not in [0, " + std::to_string(classes) + ")");
    }
    ++matrix(label, detail::highest_of_row(scores, r, classes));
  }
  return matrix;
}

/// Memory for evaluations; what was needed once is kept.
template <class T, class Memory>
struct EvaluationMemory {
  Buffer<T, Memory> scores, gradient, losses, hits, sums;
  Buffer<Counters<T>, Memory> block{1};
  Downloaded<T, Memory> here;

  void reserve(std::size_t rows, std::size_t classes, std::size_t pieces) {
    const auto grow = [](Buffer<T, Memory>& buffer, std::size_t size) {
      if (buffer.size() < size) buffer = Buffer<T, Memory>(size);
    };
    grow(scores, rows * classes);
    grow(gradient, rows * classes);
    grow(losses, rows);
    grow(hits, rows);
    grow(sums, 2 * pieces);  // losses and hits of each piece
  }
};

/// Mean loss, weighted, and accuracy, masked rows left out, of a network on samples [first, last) of a source, in
/// prediction mode. All is summed in the backend's memory and read once.
template <class NetworkType, class Loss, class Source>
Evaluation evaluate_on(const NetworkType& net, typename NetworkType::session& session, Loss& loss, Source& source,
                       std::size_t first, std::size_t last, Threads threads,
                       EvaluationMemory<typename NetworkType::element, typename NetworkType::memory>& memory) {
  using T = typename NetworkType::element;
  constexpr std::size_t piece = 256, classes = features<typename NetworkType::output>;
  constexpr bool labelled = std::is_integral_v<typename Source::target>;
  const std::size_t most_rows = piece * source.rows_per_sample(), pieces = (last - first + piece - 1) / piece;
  memory.reserve(most_rows, classes, pieces);
  T *const scores = memory.scores.data(), *const losses = memory.losses.data(), *const hits = memory.hits.data();
  const Counters<T> counters{.first = first};
  memory.block.upload(std::span(&counters, 1));
  Run<typename NetworkType::backend, Inference> run;
  run.stream = {threads.count};
  run.counters = memory.block.data();
  for (std::size_t p = 0; p < pieces; ++p) {
    const std::size_t samples = std::min(piece, last - first - p * piece);
    const std::size_t steps = source.steps_of(first + p * piece, first + p * piece + samples);
    const auto batch = source.gather(run.stream, first, &memory.block.data()->first, p * piece, samples, steps);
    session.reserve(batch.extents);
    net.predict_into(session, batch.extents, batch.inputs, scores);
    if constexpr (requires { loss.prepare(batch.extents, batch.inputs); }) loss.prepare(batch.extents, batch.inputs);
    // the scores are batch-major here: every row is a sample of its own to the loss
    const std::size_t rows = samples * source.rows_per_sample(steps);
    const Batch<T*, Features<classes>> flat(scores, Extents{rows, 1}), d(memory.gradient.data(), Extents{rows, 1});
    loss(run, flat, batch.targets, losses, d);
    const auto sum = [&](T* rows_of, std::size_t which) {
      ops::reduce_all(run.stream, ops::Identity{}, memory.sums.data() + 2 * p + which, false,
                      ops::from(Flat<const T*>{rows_of, rows}));
    };
    sum(losses, 0);
    if constexpr (labelled) {
      ops::hits(run.stream,
                ops::HitArguments<T>{rows, classes, scores, batch.targets.values, batch.targets.weights, hits});
      sum(hits, 1);
    }
  }
  double loss_sum = 0, right = 0;
  const auto found = memory.here.of(std::as_const(memory.sums).span().first(2 * pieces));
  for (std::size_t p = 0; p < pieces; ++p) {
    loss_sum += static_cast<double>(found[2 * p]);
    right += static_cast<double>(found[2 * p + 1]);
  }
  const double weights = source.weight_of(first, last);
  const auto counted = static_cast<double>(source.rows_that_count(first, last));
  Evaluation result{weights == 0 ? 0 : loss_sum / weights, std::nullopt};
  if constexpr (labelled) result.accuracy = counted == 0 ? 0 : right / counted;
  return result;
}

}  // namespace STRATA_NAMESPACE
