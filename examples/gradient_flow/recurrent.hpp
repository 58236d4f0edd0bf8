#pragma once
// Gradients through time: recurrent networks that read an image a piece a step.

#include "outcome.hpp"

/// Rectified units whose recurrent weights begin too large, and their cures; a row of the image a step.
std::vector<Outcome> exploding_through_time(const Data<2>& images, const Options& options);

/// Prints how much of the gradient reaches the first step, and what is learnt, of plain units and of an LSTM at three
/// lengths.
void compare_lengths(const Data<2>& images, const Options& options);
