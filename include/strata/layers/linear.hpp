#pragma once
// Linear: y = x Wᵀ + b (PyTorch's nn.Linear), on features or on every step of a sequence. An activation behind it that
// operations know is part of the product.

#include <strata/init/glorot.hpp>
#include <strata/layers/concept.hpp>
#include <strata/layers/masked_weights.hpp>
#include <strata/ops/map.hpp>
#include <strata/ops/reduce_rows.hpp>
#include <strata/ops/turned_product.hpp>

namespace STRATA_NAMESPACE {
namespace detail {
template <class Option>
concept HasMasks = requires { typename Option::masks; };
template <class Option>
concept Initialiser =
    requires(InitialRandom& random, Row<float*, 1> row) { Option::fill(random, row, std::size_t{1}, std::size_t{1}); };
/// The initialiser among the options of a Linear.
template <class... Inits>
struct InitAmong {
  using type = GlorotUniform;
};
template <class First, class... Rest>
struct InitAmong<First, Rest...> : std::conditional_t<HasMasks<First>, InitAmong<Rest...>, std::type_identity<First>> {
};

/// At most one initialiser, and masks of weights alone.
template <class... Options>
consteval bool linear_options() {
  using Masks = AllMasks<Options...>;
  return ((HasMasks<Options> || Initialiser<Options>) && ...) && (std::size_t{!HasMasks<Options>} + ... + 0) <= 1 &&
         Masks::count(Site::weights) == Masks::size && Masks::size <= 1 && Masks::rates_fit;
}

template <class Given, bool HasUnits, bool OptionsFit>
struct LinearNeedsFeatures {
  static_assert(HasUnits, "strata::Linear: at least one unit");
  static_assert(
      !HasUnits || OptionsFit,
      "strata::Linear: its options are an initialiser and DropConnect<rate>, once each, the rate in [0, 1). Common "
      "mistake: an activation, which is a layer of its own behind it.");
  static_assert(
      !HasUnits || !OptionsFit || Featured<Given>,
      "strata::Linear: needs Features<N> or Sequence<N>. Common mistake: an Image or Tokens without a layer before it "
      "that makes features of them.");
};
}  // namespace detail

/// Fully connected: y = x Wᵀ + b. Features<In> -> Features<Units>, Sequence<In> -> Sequence<Units>.
/// weight [Units, In] (decayed), bias [Units] (not decayed). Options, in any order: one of strata/init for the weight
/// (without one GlorotUniform; GlorotNormal, HeUniform, HeNormal, Orthogonal<>, ConstantFill<0.0>), and
/// DropConnect<rate>.
template <std::size_t Units, class... Options>
struct Linear {
  template <Featured In>
    requires(Units > 0 && detail::linear_options<Options...>())
  using output = with_features<In, Units>;
  template <class In>
  using refusal = detail::LinearNeedsFeatures<In, (Units > 0), detail::linear_options<Options...>()>;
  template <class In>
  using weights = TensorList<Multiplied<Tensor<"weight", Units, features<In>>>, Undecayed<Tensor<"bias", Units>>>;
  static constexpr Reads backward_reads = Reads::input;

  /// Its weight is used under a mask, which takes memory.
  static constexpr bool masked = (detail::HasMasks<Options> || ...);
  template <class Next>
  static constexpr bool fuses_with = !masked && Activates<Next>;

  static constexpr void forward(auto& run, auto x, auto y, auto& slot) { forward(run, x, y, slot, {}); }
  template <class Next>
  static constexpr void forward_fused(auto& run, auto x, auto y, auto& slot, Next&) {
    forward(run, x, y, slot, Next::layer::activation);
  }
  template <class Run, class X>
  static constexpr void backward(Run& run, X x, auto, auto dy, auto dx, auto& slot) {
    auto space = run.scratch(room<Run, X>());
    Parts::weight_gradient(run, get<"weight">(slot.gradients), slot,
                           [&](auto sum) { ops::matmul(run, ops::accumulate(sum), ops::transposed(dy), x); });
    ops::reduce_rows(run, ops::Identity{}, ops::accumulate(get<"bias">(slot.gradients)), ops::from(dy));
    ops::matmul(run, ops::into(dx), dy, Parts::connected(run, get<"weight">(slot.weights), space.data, slot));
  }
  template <class In>
  static void initialize(auto& random, auto weights) {
    detail::InitAmong<Options...>::type::fill(random, get<"weight">(weights), features<In>, Units);
  }

 private:
  using Parts = detail::MaskedWeights<detail::AllMasks<Options...>>;

  /// Elements of memory for the weight under its mask.
  template <class Run, class X>
  static constexpr auto room() {
    return Parts::template room<Run, Site::weights>(fixed_count(Units * X::columns));
  }
  template <class Run, class X>
  static constexpr void forward(Run& run, X x, auto y, auto& slot, ops::Activation activation) {
    if constexpr (masked) {
      auto space = run.scratch(room<Run, X>());
      product(run, x, y, Parts::connected(run, get<"weight">(slot.weights), space.data, slot), slot, activation);
    } else {
      product(run, x, y, get<"weight">(slot.weights), slot, activation);
    }
  }
  static constexpr void product(auto& run, auto x, auto y, auto weight, auto& slot, ops::Activation activation) {
    ops::matmul(run, ops::into(y), x, ops::transposed(weight), get<"bias">(slot.weights), activation);
  }
};

}  // namespace STRATA_NAMESPACE
