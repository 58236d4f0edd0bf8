#pragma once
// What looks at a training while it runs.

#include <strata/network/run.hpp>

#include <span>

namespace STRATA_NAMESPACE {

/// Derive from this to be shown each step of a trainer (see Trainer::observe): by `see` every layer's output on the way
/// forward and input gradient on the way back, once for each piece of the batch, and by `see_gradients` what they add
/// up to.
template <class T>
struct StepObserver : Observer<T> {
  /// The gradient of the loss, neither regularized nor clipped yet, laid out like the network's weights. Shown before
  /// the update, and also where it is not finite and the step will be refused.
  virtual void see_gradients(std::span<const T> gradients) = 0;
};

}  // namespace STRATA_NAMESPACE
