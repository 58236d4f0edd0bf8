#pragma once
// RecurrentDropout (Semeniuta et al. 2016, "Recurrent dropout without memory loss"): dropout on the candidate, what may
// be added to the state, so that nothing that was remembered is lost:
//   LSTM: c = f · c′ + i · d(g),   GRU: h = z · h′ + (1 - z) · d(n)
// Not what Keras calls recurrent_dropout: that is the state's part of VariationalDropout.

#include <strata/layers/recurrent_masks.hpp>

namespace STRATA_NAMESPACE {

/// Option of an LSTM or GRU: elements of the candidate are dropped with probability Rate, others ones at each step, and
/// scaled by 1 / (1 - Rate).
template <double Rate>
struct RecurrentDropout {
  static constexpr std::string_view name = "RecurrentDropout";
  using masks = List<MaskAt<Site::candidate, Rate>>;
};

}  // namespace STRATA_NAMESPACE
