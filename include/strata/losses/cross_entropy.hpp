#pragma once
// CrossEntropy: -log softmax(scores)[label] (PyTorch's nn.CrossEntropyLoss on class indices).

#include <strata/core/error.hpp>
#include <strata/losses/concept.hpp>
#include <strata/ops/cross_entropy.hpp>

#include <span>
#include <string>

namespace STRATA_NAMESPACE {

/// Scores [rows, classes] and labels in [0, classes): mean of -log softmax(scores)[label], weighted by sample weights.
struct CrossEntropy {
  static constexpr bool takes_scores = true;
  template <class T>
  using target = std::int32_t;
  template <class Out>
  static constexpr std::size_t target_width = 1;

  /// Throws ValueError at the first label that is no class of Out.
  template <class Out, class T>
  static void check(std::span<const std::int32_t> labels) {
    for (std::size_t i = 0; i < labels.size(); ++i) {
      if (labels[i] < 0 || static_cast<std::size_t>(labels[i]) >= features<Out>) {
        throw ValueError(std::string("strata::CrossEntropy: label ") + std::to_string(labels[i]) + " at position " +
                         std::to_string(i) + " of the batch is not in [0, " + std::to_string(features<Out>) + ")");
      }
    }
  }

  template <class Run>
  void operator()(Run& run, auto scores, Targets<std::int32_t, typename Run::element> targets,
                  typename Run::element* losses, auto gradient) const {
    ops::cross_entropy(run, scores, nullptr, targets, losses, gradient, {});
  }
};

}  // namespace STRATA_NAMESPACE
