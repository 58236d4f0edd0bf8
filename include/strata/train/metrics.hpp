#pragma once
// Metrics: what scores are worth. Accuracy and confusion matrix for class labels, mean loss for everything.

#include <strata/core/error.hpp>
#include <strata/network/network.hpp>
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
template <class T>
std::size_t highest(const T* scores, std::size_t n) {
  return static_cast<std::size_t>(std::max_element(scores, scores + n) - scores);
}
/// The same for a row of any array of rank 2, in whatever order it lies.
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

/// Mean loss, weighted, and accuracy, masked rows left out, of a network on samples [first, last) of a source, in
/// prediction mode.
template <class NetworkType, class Loss, class Source>
Evaluation evaluate_on(const NetworkType& net, typename NetworkType::session& session, Loss& loss, Source& source,
                       std::size_t first, std::size_t last, Threads threads) {
  using T = typename NetworkType::element;
  constexpr std::size_t piece = 256, classes = features<typename NetworkType::output>;
  constexpr bool labelled = std::is_integral_v<typename Source::target>;
  const std::size_t of_sample = source.rows_per_sample();
  using Memory = typename NetworkType::memory;
  Buffer<T, Memory> scores(piece * of_sample * classes), gradient(scores.size()), losses(piece * of_sample);
  Buffer<T> weights(losses.size());
  Downloaded<T, Memory> scores_here, losses_here;
  Uploaded<T, Memory> weights_there;
  double loss_sum = 0, weight_sum = 0;
  std::size_t right = 0, counted = 0;
  const Counters<T> counters;
  Buffer<Counters<T>, Memory> block(1);
  block.upload(std::span(&counters, 1));
  for (std::size_t at = first; at < last; at += piece) {
    const auto batch = source.gather(at, std::min(last, at + piece));
    session.reserve(batch.extents);
    net.predict_into(session, batch.extents, batch.inputs, scores.data());
    if constexpr (requires { loss.prepare(batch.extents, batch.inputs); }) loss.prepare(batch.extents, batch.inputs);
    // the scores are batch-major here: every row is a sample of its own to the loss
    const std::size_t samples = batch.extents.batch, rows = samples * of_sample;
    const Targets<typename Source::target, T> here{nullptr, batch.weights.empty() ? nullptr : batch.weights.data(),
                                                   batch.targets.weights_per_step};
    for (std::size_t r = 0; r < rows; ++r)
      weights.data()[r] = here.weight(r % of_sample * samples + r / of_sample, samples, of_sample);
    Run<typename NetworkType::backend, Inference> run;
    run.stream = {threads.count};
    run.counters = block.data();
    const Batch<T*, Features<classes>> flat(scores.data(), Extents{rows, 1}), d(gradient.data(), Extents{rows, 1});
    loss(run, flat, {batch.targets.values, weights_there.of(weights.span().first(rows)).data()}, losses.data(), d);
    const auto row_scores = scores_here.of(scores.span().first(rows * classes));
    const auto row_losses = losses_here.of(losses.span().first(rows));
    for (std::size_t r = 0; r < rows; ++r) {
      loss_sum += static_cast<double>(row_losses[r]);
      weight_sum += static_cast<double>(weights.data()[r]);
      if constexpr (labelled) {
        if (weights.data()[r] == T(0)) continue;
        const std::size_t highest = detail::highest(row_scores.data() + r * classes, classes);
        right += highest == static_cast<std::size_t>(batch.values[r]) ? 1U : 0U;
        ++counted;
      }
    }
  }
  Evaluation result{weight_sum == 0 ? 0 : loss_sum / weight_sum, std::nullopt};
  if constexpr (labelled)
    result.accuracy = counted == 0 ? 0 : static_cast<double>(right) / static_cast<double>(counted);
  return result;
}

}  // namespace STRATA_NAMESPACE
