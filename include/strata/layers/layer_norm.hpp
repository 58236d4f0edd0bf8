#pragma once
// LayerNorm: y = (x - mean) / sqrt(variance + epsilon) · weight + bias, mean and variance over the features of each
// row, which is a sample or a step of one (Ba et al. 2016; PyTorch's nn.LayerNorm over the last axis). The variance is
// the biased one.
//
// Nothing depends on the batch: training and prediction are the same, and there are no statistics. Nothing is taped
// either: backward computes mean and variance again while it sums what it needs anyway.

#include <strata/layers/concept.hpp>
#include <strata/layers/layer_norm_row.hpp>
#include <strata/ops/map_rows.hpp>
#include <strata/ops/reduce_rows.hpp>

namespace STRATA_NAMESPACE {
namespace detail {
template <class Given, bool EpsilonFits>
struct LayerNormNeedsFeatures {
  static_assert(EpsilonFits, "strata::LayerNorm: epsilon must be above 0");
  static_assert(
      !EpsilonFits || Featured<Given>,
      "strata::LayerNorm: needs Features<N> or Sequence<N> of numbers. Common mistake: Tokens or an Image without a "
      "layer before it that makes features of them.");
};
/// (dy, x̂) -> the terms of the gradients of bias and weight.
struct ShiftAndGainOfNormal {
  template <class V>
  constexpr Pack<V, 2> operator()(V dy, V normal) const {
    return {{dy, dy * normal}};
  }
};
}  // namespace detail

/// Layer normalization with a chosen epsilon; LayerNorm is the one with PyTorch's. Features<N> or Sequence<N> -> the
/// same. weight [N] and bias [N] (not decayed).
template <double Epsilon>
struct LayerNormWith {
  static constexpr bool epsilon_fits = Epsilon > 0;

  template <Featured In>
    requires epsilon_fits
  using output = In;
  template <class In>
  using refusal = detail::LayerNormNeedsFeatures<In, epsilon_fits>;
  template <class In>
  using weights = TensorList<Undecayed<Tensor<"weight", features<In>>>, Undecayed<Tensor<"bias", features<In>>>>;
  static constexpr Reads backward_reads = Reads::input;
  static constexpr InPlace in_place = InPlace::inference;

  template <class Run, class X>
  static constexpr void forward(Run& run, X x, auto y, auto& slot) {
    using namespace ops;
    map_rows(run, row<Run, X>(), into(y), from(x, get<"weight">(slot.weights), get<"bias">(slot.weights)));
  }
  template <class Run, class X, class DX>
  static constexpr void backward(Run& run, X x, auto, auto dy, DX dx, auto& slot) {
    using namespace ops;
    auto space = run.scratch(x.rows * X::columns);
    const Matrix<typename Run::pointer, X::columns> normal{space.data, x.rows};
    if constexpr (Wanted<DX>) {
      map_rows(run, LayerNormRowBackward{row<Run, X>()}, into(dx, normal), from(x, dy, get<"weight">(slot.weights)));
    } else {
      map_rows(run, row<Run, X>(), into(normal), from(x));
    }
    reduce_rows(run, detail::ShiftAndGainOfNormal{},
                accumulate(get<"bias">(slot.gradients), get<"weight">(slot.gradients)), from(dy, normal));
  }
  template <class In>
  static void initialize(auto&, auto weights) {
    constant_fill(get<"weight">(weights), 1);
  }

 private:
  template <class Run, class X>
  static constexpr auto row() {
    using T = typename Run::element;
    return LayerNormRow<T>{static_cast<T>(X::columns), static_cast<T>(Epsilon)};
  }
};

/// Layer normalization as PyTorch configures it: epsilon 1e-5.
struct LayerNorm : LayerNormWith<1e-5> {};

}  // namespace STRATA_NAMESPACE
