#pragma once
// What changes from step to step, in one small block in the backend's memory: kernels read it there, one writer
// advances it, and nothing of it is passed by value. So a recorded training step can be replayed.

#include <strata/core/philox.hpp>

#include <cstdint>

namespace STRATA_NAMESPACE {

/// Random counter and the scalars of an optimizer step, and what a step sums up. T is the element type of the network.
template <class T>
struct Counters {
  PhiloxKey key{};          ///< the seed
  std::uint64_t first = 0;  ///< where this step's samples begin in the order of their data set
  std::uint32_t step = 0;   ///< training steps taken so far; part of every mask's counter
  T learning_rate = 0;      ///< of this step, schedule applied
  T gradient_scale = 1;     ///< what ClipNorm multiplies the gradient by
  T loss_scale = 1;         ///< 1 / Σ sample weights of the batch
  T first_correction = 1;   ///< Adam: 1 / (1 - β₁ᵗ)
  T second_correction = 1;  ///< Adam: 1 / (1 - β₂ᵗ)
  T losses = 0;             ///< Σ weight · loss · scale of this step
  T penalty = 0;            ///< and of regularization
  T not_finite = 0;         ///< NaN where the gradient is not finite
  T squares = 0;            ///< Σ squares of what ClipNorm measures

  /// Back to a step that is to be taken again; what it summed up begins anew.
  void rewind(const Counters& to) {
    *this = {.key = key,
             .first = first,
             .step = to.step,
             .learning_rate = to.learning_rate,
             .gradient_scale = gradient_scale,
             .loss_scale = to.loss_scale,
             .first_correction = to.first_correction,
             .second_correction = to.second_correction};
  }
};

}  // namespace STRATA_NAMESPACE
