#pragma once
// MeanSquaredError: mean over the features of (score - target)² (PyTorch's nn.MSELoss).

#include <strata/core/error.hpp>
#include <strata/losses/concept.hpp>
#include <strata/ops/squared_error.hpp>

#include <cmath>
#include <span>
#include <string>

namespace STRATA_NAMESPACE {

/// Scores and targets [rows, N]: mean of (score - target)² over features and (weighted) rows.
struct MeanSquaredError {
  template <class T>
  using target = T;
  template <class Out>
  static constexpr std::size_t target_width = features<Out>;

  /// Throws ValueError at the first target that is not finite.
  template <class Out, class T>
  static void check(std::span<const T> targets) {
    for (std::size_t i = 0; i < targets.size(); ++i) {
      if (!std::isfinite(targets[i])) {
        throw ValueError(std::string("strata::MeanSquaredError: the target at position ") + std::to_string(i) +
                         " of the batch is not finite");
      }
    }
  }

  template <class Run>
  void operator()(Run& run, auto scores, Targets<typename Run::element, typename Run::element> targets,
                  typename Run::element* losses, auto gradient) const {
    ops::squared_error(run, scores, targets, losses, gradient);
  }
};

}  // namespace STRATA_NAMESPACE
