#pragma once
// OutputDropout (Zaremba et al. 2014, "Recurrent neural network regularization"): dropout on what leaves a recurrent
// layer, a new mask each step; what goes to its own next step is left alone.

#include <strata/layers/recurrent_masks.hpp>

namespace STRATA_NAMESPACE {

/// Option of a recurrent layer: elements of the outputs are dropped with probability Rate and scaled by 1 / (1 - Rate).
/// The same as Dropout<Rate> behind the layer, inside its cell.
template <double Rate>
struct OutputDropout {
  static constexpr std::string_view name = "OutputDropout";
  using masks = List<MaskAt<Site::outputs, Rate>>;
};

}  // namespace STRATA_NAMESPACE
