#pragma once
// VariationalDropout (Gal & Ghahramani 2016, "A theoretically grounded application of dropout in recurrent neural
// networks"): one mask a sample, the same at every step, on the inputs, on the state where it enters the recurrent
// product, and on the outputs. The masks are those of the tied form: all gates see the same. Not the variational
// dropout of Kingma et al. (2015), which learns Gaussian rates.

#include <strata/layers/recurrent_masks.hpp>

namespace STRATA_NAMESPACE {

/// Option of a recurrent layer: elements are dropped with probability Inputs, State and Outputs at each place and
/// scaled by 1 / (1 - rate). VariationalDropout<0.25> is the same rate at all three.
template <double Inputs, double State = Inputs, double Outputs = Inputs>
struct VariationalDropout {
  static constexpr std::string_view name = "VariationalDropout";
  using masks = List<MaskAt<Site::inputs, Inputs, false>, MaskAt<Site::state, State, false>,
                     MaskAt<Site::outputs, Outputs, false>>;
};

}  // namespace STRATA_NAMESPACE
