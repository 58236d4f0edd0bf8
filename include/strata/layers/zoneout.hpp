#pragma once
// Zoneout (Krueger et al. 2017, "Zoneout: regularizing RNNs by randomly preserving hidden activations"): at every step
// each element of the state stays at random what it was,
//   c = d_c · c′ + (1 - d_c) · (f · c′ + i · g),   h = d_h · h′ + (1 - d_h) · o · tanh(f · c′ + i · g)
// and in prediction its mean takes the place of d. As published the tanh sees the cell before zoneout.

#include <strata/layers/recurrent_masks.hpp>

namespace STRATA_NAMESPACE {

/// Option of a recurrent layer: elements of the cell (of an LSTM alone) stay with probability Cell, of the hidden state
/// with probability Hidden. Layers without a cell take Zoneout<0.0, Hidden>.
template <double Cell, double Hidden = -1.0>  // which no rate is: it takes two
struct Zoneout {
  static constexpr std::string_view name = "Zoneout";
  using masks = List<MaskAt<Site::cell, Cell>, MaskAt<Site::hidden, Hidden>>;
};

}  // namespace STRATA_NAMESPACE
