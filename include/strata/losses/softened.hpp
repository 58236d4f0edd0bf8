#pragma once
// Softened: cross-entropy of softmax(scores / T) against labels, how a teacher for distillation is trained at
// temperature T.

#include <strata/losses/cross_entropy.hpp>

namespace STRATA_NAMESPACE {

/// -log softmax(scores / Temperature)[label].
template <double Temperature>
struct Softened : CrossEntropy {
  static_assert(Temperature > 0, "strata::Softened: the temperature must be above 0");

  template <class Run>
  void operator()(Run& run, auto scores, Targets<std::int32_t, typename Run::element> targets,
                  typename Run::element* losses, auto gradient) const {
    ops::cross_entropy(run, scores, nullptr, targets, losses, gradient, {.temperature = Temperature});
  }
};

}  // namespace STRATA_NAMESPACE
