#pragma once
// Peephole connections (Gers & Schmidhuber 2000, "Recurrent nets that time and count"): the gates of an LSTM see its
// cell, i and f that of the step before, o the new one, each element through a weight of its own.

#include <strata/layers/recurrent_masks.hpp>

namespace STRATA_NAMESPACE {

/// Option of an LSTM: weight_ci_l0, weight_cf_l0 and weight_co_l0 [Hidden], decayed, uniform in ±1 / sqrt(Hidden) at
/// the start.
struct Peephole {
  static constexpr std::string_view name = "Peephole";
  static constexpr bool peepholes = true;
};

}  // namespace STRATA_NAMESPACE
