#pragma once
// Weights under masks, DropConnect's: what a product uses instead of them, and their gradient. The masks are drawn
// again in backward.

#include <strata/layers/recurrent_masks.hpp>
#include <strata/ops/map.hpp>
#include <strata/ops/masked_map.hpp>

namespace STRATA_NAMESPACE::detail {

/// sum + x · all masks.
struct AddMasked {
  template <class V, class... M>
  constexpr V operator()(V sum, V x, M... masks) const {
    return sum + (x * ... * masks);
  }
};

/// Options are RecurrentMasks, or derived from them.
template <class Options>
struct MaskedWeights {
  /// Elements of scratch for what the masks of a site leave of so many.
  template <class Run, Site At>
  static constexpr auto room(auto elements) {
    return std::size_t{Run::stochastic && Options::at(At)} * elements;
  }
  /// The weights of this training step, in memory of room<Run, Site::weights> elements.
  template <class Run, class W>
  static constexpr auto connected(Run& run, W weight, typename Run::pointer memory, auto& slot) {
    if constexpr (Run::stochastic && Options::at(Site::weights)) {
      const Matrix<typename Run::pointer, W::columns> masked{memory, weight.rows};
      ops::map(run, ops::Masked{}, ops::into(masked), ops::from(weight),
               Options::template drawn_at<Site::weights>(slot.position, ops::MaskRows::alone));
      return masked;
    } else {
      return weight;
    }
  }

  /// Adds the gradient of the weights, which add(sum) adds to what it is handed, under their masks.
  template <class Run, class Gradient, class Add>
  static constexpr void weight_gradient(Run& run, Gradient gradient, auto& slot, Add add) {
    if constexpr (Options::at(Site::weights)) {
      auto space = run.scratch(gradient.rows * Gradient::columns);
      const Matrix<typename Run::pointer, Gradient::columns> sum{space.data, gradient.rows};
      ops::zero(run, ops::into(sum));
      add(sum);
      ops::map(run, AddMasked{}, ops::into(gradient), ops::from(gradient, sum),
               Options::template drawn_at<Site::weights>(slot.position, ops::MaskRows::alone));
    } else {
      add(gradient);
    }
  }
};

}  // namespace STRATA_NAMESPACE::detail
