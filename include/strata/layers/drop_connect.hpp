#pragma once
// DropConnect (Wan et al. 2013, "Regularization of neural networks using DropConnect"): weights instead of activations
// are dropped. On the recurrent weights of a recurrent layer as in Merity et al. 2017 ("Regularizing and optimizing
// LSTM language models"): one mask for all steps and samples of a training step.

#include <strata/layers/recurrent_masks.hpp>

namespace STRATA_NAMESPACE {

/// Option of a recurrent layer: its recurrent weights are dropped with probability Rate and scaled by 1 / (1 - Rate).
/// Option of Linear: the same for its weight. Wan et al. draw a mask a sample and average over them in prediction; here
/// a batch has one, as in Merity et al., and prediction uses the weights as they are.
template <double Rate>
struct DropConnect {
  static constexpr std::string_view name = "DropConnect";
  using masks = List<MaskAt<Site::weights, Rate>>;
};

}  // namespace STRATA_NAMESPACE
