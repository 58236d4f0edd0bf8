#pragma once
// ForgetBias: the forget gate of an LSTM starts open (Gers et al. 2000; Jozefowicz et al. 2015 found 1 to matter more
// than most variants of the cell).

#include <strata/layers/recurrent_masks.hpp>

#include <concepts>

namespace STRATA_NAMESPACE {

/// Option of an LSTM: the biases of the forget gate begin as Bias together (bias_ih_l0 is Bias there, bias_hh_l0 zero)
/// instead of at random.
template <auto Bias>
  requires(std::integral<decltype(Bias)> || std::floating_point<decltype(Bias)>)
struct ForgetBias {
  static constexpr std::string_view name = "ForgetBias";
  static constexpr double forget_bias = static_cast<double>(Bias);
};

}  // namespace STRATA_NAMESPACE
