#pragma once
// What a run is for, as a type: nothing of it is decided at run time.

#include <strata/core/config.hpp>

namespace STRATA_NAMESPACE {

/// Forward and backward: dropout draws, batch statistics are used and averaged, a tape is kept.
struct Training {
  static constexpr bool training = true, taped = true, stochastic = true, state_gradients = false;
};

/// Training that also computes the gradient with respect to the initial recurrent state.
struct TrainingFromState {
  static constexpr bool training = true, taped = true, stochastic = true, state_gradients = true;
};

/// Forward only.
struct Inference {
  static constexpr bool training = false, taped = false, stochastic = false, state_gradients = false;
};

/// Forward only, but dropout draws: one sample of Monte-Carlo averaging (Gal & Ghahramani 2016).
struct Sampling {
  static constexpr bool training = false, taped = false, stochastic = true, state_gradients = false;
};

/// Inference that keeps the tape, so that observers see what layers keep inside: the gates of an LSTM.
struct Observed {
  static constexpr bool training = false, taped = true, stochastic = false, state_gradients = false;
};

}  // namespace STRATA_NAMESPACE
