#pragma once
// What a run is for, as a type: nothing of it is decided at run time.

#include <strata/core/precision.hpp>

namespace STRATA_NAMESPACE {

/// Forward and backward: dropout draws, batch statistics are used and averaged, a tape is kept.
struct Training {
  static constexpr bool training = true, taped = true, stochastic = true, state_gradients = false, streaming = false;
  using turned = void;
};

/// Training that also computes the gradient with respect to the initial recurrent state.
struct TrainingFromState {
  static constexpr bool training = true, taped = true, stochastic = true, state_gradients = true, streaming = false;
  using turned = void;
};

/// Forward only.
struct Inference {
  static constexpr bool training = false, taped = false, stochastic = false, state_gradients = false, streaming = false;
  using turned = void;
};

/// Inference of one step of one sequence: the weights of products lie turned (tensor/turned.hpp), in numbers Held.
template <class Held = FullPrecision>
struct SingleSteps {
  static constexpr bool training = false, taped = false, stochastic = false, state_gradients = false, streaming = true;
  using turned = Held;
};

/// Forward only, but dropout draws: one sample of Monte-Carlo averaging (Gal & Ghahramani 2016).
struct Sampling {
  static constexpr bool training = false, taped = false, stochastic = true, state_gradients = false, streaming = false;
  using turned = void;
};

/// Inference that keeps the tape, so that observers see what layers keep inside: the gates of an LSTM.
struct Observed {
  static constexpr bool training = false, taped = true, stochastic = false, state_gradients = false, streaming = false;
  using turned = void;
};

}  // namespace STRATA_NAMESPACE
