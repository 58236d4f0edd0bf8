#pragma once
// The options of a recurrent layer, in any order: what they are together, and which lists of them make no sense.

#include <strata/layers/recurrent_masks.hpp>

namespace STRATA_NAMESPACE {

/// An option of a recurrent layer: it has a name, and masks or what a cell looks for (`peepholes`, `forget_bias`).
template <class Option>
concept RecurrentOption = requires { std::string_view(Option::name); };

namespace detail {

/// What a cell has a place for.
struct LstmPlaces {
  static constexpr bool cell = true, candidate = true, reset_before = false, rectified = false;
};
struct GruPlaces {
  static constexpr bool cell = false, candidate = true, reset_before = true, rectified = false;
};
struct SimplePlaces {
  static constexpr bool cell = false, candidate = false, reset_before = false, rectified = true;
};

template <std::size_t Hidden>
using PeepholeWeights =
    TensorList<Tensor<"weight_ci_l0", Hidden>, Tensor<"weight_cf_l0", Hidden>, Tensor<"weight_co_l0", Hidden>>;

template <class Option>
inline constexpr double bias_of = 0;
template <class Option>
  requires requires { Option::forget_bias; }
inline constexpr double bias_of<Option> = Option::forget_bias;

template <RecurrentOption... Options>
struct RecurrentOptions : AllMasks<Options...> {
  static constexpr bool peepholes = (requires { Options::peepholes; } || ...);
  static constexpr bool sets_forget_bias = (requires { Options::forget_bias; } || ...);
  static constexpr bool reset_before = (requires { Options::reset_before; } || ...);
  static constexpr bool rectified = (requires { Options::rectified; } || ...);
  static constexpr bool normalizes_gates = (requires { Options::normalizes_gates; } || ...);
  /// Whether the cell is the plain one in a run that draws masks (Drawn), or in one that does not. Masks of inputs and
  /// weights lie outside the cell.
  template <bool Drawn>
  static constexpr bool plain_cell = AllMasks<Options...>::template code<Drawn> == 0 && !peepholes && !normalizes_gates;

  /// What the biases of the forget gate begin as, where that is set.
  static constexpr double forget_bias = (bias_of<Options> + ... + 0);
};

template <class... Options>
consteval bool all_options() {
  return (RecurrentOption<Options> && ...);
}
/// No two of the same name.
template <class... Options>
consteval bool no_option_twice() {
  if constexpr (all_options<Options...>()) {
    const std::array<std::string_view, sizeof...(Options)> names{Options::name...};
    return std::all_of(names.begin(), names.end(),
                       [&](auto name) { return std::count(names.begin(), names.end(), name) == 1; });
  } else {
    return true;  // something else is wrong
  }
}
/// A layer numbers 8 masks, and a cell's code has two bits a site.
template <class... Options>
consteval bool few_masks() {
  using All = AllMasks<Options...>;
  bool few = All::size <= masks_a_layer;
  for (unsigned s = 0; s < sites; ++s) few = few && (!inside(CellPart::whole, Site{s}) || All::count(Site{s}) <= 3);
  return few;
}
/// The cell has a place for every one of them, and there are not too many.
template <class Places, class... Options>
consteval bool options_fit() {
  if constexpr (!all_options<Options...>()) {
    return false;
  } else {
    using All = RecurrentOptions<Options...>;
    return (Places::cell || !All::at(Site::cell)) && (Places::candidate || !All::at(Site::candidate)) &&
           (Places::cell || (!All::peepholes && !All::sets_forget_bias && !All::normalizes_gates)) &&
           (Places::reset_before || !All::reset_before) && (Places::rectified || !All::rectified) &&
           few_masks<Options...>();
  }
}
/// Nothing is wrong with them.
template <class Places, class... Options>
consteval bool good_options() {
  if constexpr (no_option_twice<Options...>() && AllMasks<Options...>::rates_fit)
    return options_fit<Places, Options...>();
  else return false;
}

template <bool Good, class... Options>
struct ChooseOptions {
  using type = RecurrentOptions<>;
};
template <class... Options>
struct ChooseOptions<true, Options...> {
  using type = RecurrentOptions<Options...>;
};
/// The options of a layer; none where something is wrong with them, so that the refusal is the only error.
template <class Places, class... Options>
using OptionsFor = typename ChooseOptions<good_options<Places, Options...>(), Options...>::type;

/// What is said where options are wrong.
template <class Places, class... Options>
struct RecurrentRefusal {
  static constexpr bool once = no_option_twice<Options...>(), in_range = AllMasks<Options...>::rates_fit;
  static_assert(once, "strata: a recurrent layer was given the same option twice");
  static_assert(
      !once || in_range,
      "strata: rates of a recurrent layer's options are the part that is dropped, or kept by Zoneout, and must "
      "be in [0, 1). Zoneout takes two, of the cell and of the hidden state: Zoneout<0.1, 0.05>.");
  static constexpr bool few = few_masks<Options...>();
  static_assert(!once || !in_range || few,
                "strata: the options of a recurrent layer have more than 8 masks together, or more than 3 at one place "
                "inside its cell");
  static_assert(
      !once || !in_range || !few || good_options<Places, Options...>(),
      "strata: a recurrent layer was given an option that its cell has no place for. Common mistakes: a layer in place "
      "of an option; RecurrentDropout on a SimpleRNN; Zoneout of the cell, Peephole, ForgetBias or LayerNormGates on "
      "anything but an LSTM; ResetBefore on anything but a GRU, Rectified on anything but a SimpleRNN.");
};

}  // namespace detail
}  // namespace STRATA_NAMESPACE
