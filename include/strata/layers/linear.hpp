#pragma once
// Linear: y = x Wᵀ + b (PyTorch's nn.Linear), on features or on every step of a sequence. An activation behind it that
// operations know is part of the product.

#include <strata/init/glorot.hpp>
#include <strata/layers/concept.hpp>
#include <strata/ops/map.hpp>
#include <strata/ops/matmul.hpp>
#include <strata/ops/reduce_rows.hpp>

namespace STRATA_NAMESPACE {
namespace detail {
template <class Given, bool HasUnits>
struct LinearNeedsFeatures {
  static_assert(HasUnits, "strata::Linear: at least one unit");
  static_assert(
      !HasUnits || Featured<Given>,
      "strata::Linear: needs Features<N> or Sequence<N>. Common mistake: an Image or Tokens without a layer before it "
      "that makes features of them.");
};
}  // namespace detail

/// Fully connected: y = x Wᵀ + b. Features<In> -> Features<Units>, Sequence<In> -> Sequence<Units>.
/// weight [Units, In] (decayed), bias [Units] (not decayed). Init is one of strata/init: GlorotUniform,
/// GlorotNormal, HeUniform, HeNormal, Orthogonal<>, ConstantFill<0.0>.
template <std::size_t Units, class Init = GlorotUniform>
struct Linear {
  template <Featured In>
    requires(Units > 0)
  using output = with_features<In, Units>;
  template <class In>
  using refusal = detail::LinearNeedsFeatures<In, (Units > 0)>;
  template <class In>
  using weights = TensorList<Tensor<"weight", Units, features<In>>, Undecayed<Tensor<"bias", Units>>>;
  static constexpr Reads backward_reads = Reads::input;

  template <class Next>
  static constexpr bool fuses_with = requires { requires Next::activation != ops::Activation::none; };

  static constexpr void forward(auto& run, auto x, auto y, auto& slot) { forward(run, x, y, slot, {}); }
  template <class Next>
  static constexpr void forward_fused(auto& run, auto x, auto y, auto& slot, Next&) {
    forward(run, x, y, slot, Next::layer::activation);
  }
  static constexpr void backward(auto& run, auto x, auto, auto dy, auto dx, auto& slot) {
    ops::matmul(run, ops::accumulate(get<"weight">(slot.gradients)), ops::transposed(dy), x);
    ops::reduce_rows(run, ops::Identity{}, ops::accumulate(get<"bias">(slot.gradients)), ops::from(dy));
    ops::matmul(run, ops::into(dx), dy, get<"weight">(slot.weights));
  }
  template <class In>
  static void initialize(auto& random, auto weights) {
    Init::fill(random, get<"weight">(weights), features<In>, Units);
  }

 private:
  static constexpr void forward(auto& run, auto x, auto y, auto& slot, ops::Activation activation) {
    ops::matmul(run, ops::into(y), x, ops::transposed(get<"weight">(slot.weights)), get<"bias">(slot.weights),
                activation);
  }
};

}  // namespace STRATA_NAMESPACE
