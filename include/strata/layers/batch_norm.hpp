#pragma once
// BatchNorm: y = (x - mean) / sqrt(variance + epsilon) · weight + bias, mean and variance of each feature over the
// batch in training and running averages of them in prediction (Ioffe & Szegedy 2015; PyTorch's nn.BatchNorm1d).
//
// For a sequence the batch is all steps of all samples. The running variance is unbiased (n - 1), the one used in
// training biased (n), as in PyTorch. A batch of one row, where PyTorch refuses to train, gives y = bias, no gradient
// to what is before, and leaves the running averages alone.

#include <strata/layers/concept.hpp>
#include <strata/ops/map.hpp>
#include <strata/ops/matmul.hpp>
#include <strata/ops/reduce_rows.hpp>

namespace STRATA_NAMESPACE {
namespace detail {
template <class Given, bool EpsilonFits, bool MomentumFits>
struct BatchNormNeedsFeatures {
  static_assert(EpsilonFits, "strata::BatchNorm: epsilon must be above 0");
  static_assert(!EpsilonFits || MomentumFits,
                "strata::BatchNorm: the momentum is the weight of the newest batch and must be in [0, 1]");
  static_assert(!EpsilonFits || !MomentumFits || !Ragged<Given>,
                "strata::BatchNorm: its mean would count the padding of a ragged batch. Put it behind a LastStep, or "
                "take LayerNorm.");
  static_assert(
      !EpsilonFits || !MomentumFits || Ragged<Given> || Featured<Given>,
      "strata::BatchNorm: needs Features<N> or Sequence<N> of numbers. Common mistake: Tokens or an Image without a "
      "layer before it that makes features of them.");
};

struct SquaredDistance {
  template <class V>
  constexpr V operator()(V x, V mean) const {
    return (x - mean) * (x - mean);
  }
};
struct ScaleBy {
  double factor;
  template <class V>
  constexpr V operator()(V x) const {
    return x * math::constant<V>(factor);
  }
};
/// Σ(x - mean)² -> 1 / sqrt(variance + ε), and the running averages moved by `momentum`.
struct FinishStatistics {
  double one_over_n, unbiased, epsilon, momentum;
  template <class V>
  constexpr Pack<V, 3> operator()(V squares, V mean, V running_mean, V running_var) const {
    const V variance = squares * math::constant<V>(one_over_n);
    const V m = math::constant<V>(momentum);
    return {{V(1) / math::sqrt(variance + math::constant<V>(epsilon)), running_mean + m * (mean - running_mean),
             running_var + m * (squares * math::constant<V>(unbiased) - running_var)}};
  }
};
struct Normalize {
  template <class V>
  constexpr V operator()(V x, V mean, V inverse, V gain, V shift) const {
    return (x - mean) * inverse * gain + shift;
  }
};
/// What stays the same in all rows of a prediction.
struct FoldVariance {
  double epsilon;
  template <class V>
  constexpr V operator()(V variance, V gain) const {
    return gain / math::sqrt(variance + math::constant<V>(epsilon));
  }
};
/// Of the distance to the mean, which is exact where x is near it.
struct ScaleDistance {
  template <class V>
  constexpr V operator()(V x, V mean, V scale, V shift) const {
    return (x - mean) * scale + shift;
  }
};
/// A functor, and an activation of what it gives.
template <class F, ops::Activation Activation>
struct Activated {
  static_assert(Activation == ops::Activation::none || Activation == ops::Activation::relu);
  F f;
  template <class V>
  constexpr V operator()(V x, auto... rows) const {
    const V y = f(x, rows...);
    if constexpr (Activation == ops::Activation::relu) return ops::Relu{}(y);
    else return y;
  }
};
/// dy and dy · x̂, to be summed over the batch.
struct ShiftAndGainGradients {
  template <class V>
  constexpr Pack<V, 2> operator()(V dy, V x, V mean, V inverse) const {
    return {{dy, dy * (x - mean) * inverse}};
  }
};
struct NormalizeBackward {
  double one_over_n;
  template <class V>
  constexpr V operator()(V dy, V x, V mean, V inverse, V gain, V sum_dy, V sum_dy_normal) const {
    const V n = math::constant<V>(one_over_n);
    return gain * inverse * (dy - sum_dy * n - (x - mean) * inverse * (sum_dy_normal * n));
  }
};
}  // namespace detail

/// Batch normalization with chosen constants; BatchNorm is the one with PyTorch's. Features<N> or Sequence<N> -> the
/// same. weight [N] and bias [N] (not decayed), statistics running_mean [N] and running_var [N].
template <double Epsilon, double Momentum>
struct BatchNormWith {
  static constexpr bool epsilon_fits = Epsilon > 0, momentum_fits = Momentum >= 0 && Momentum <= 1;

  template <Featured In>
    requires(epsilon_fits && momentum_fits && !Ragged<In>)
  using output = In;
  template <class In>
  using refusal = detail::BatchNormNeedsFeatures<In, epsilon_fits, momentum_fits>;
  template <class In>
  using weights = TensorList<Undecayed<Tensor<"weight", features<In>>>, Undecayed<Tensor<"bias", features<In>>>>;
  template <class In>
  using statistics = TensorList<Tensor<"running_mean", features<In>>, Tensor<"running_var", features<In>>>;
  template <class In>
  using tape = TensorList<Tensor<"mean", features<In>>, Tensor<"inverse", features<In>>>;
  static constexpr Reads backward_reads = Reads::input;
  static constexpr InPlace in_place = InPlace::inference;

  template <class Next>
  static constexpr bool fuses_with = Activates<Next>;

  static constexpr void forward(auto& run, auto x, auto y, auto& slot) {
    forward<ops::Activation::none>(run, x, y, slot);
  }
  template <class Next>
  static constexpr void forward_fused(auto& run, auto x, auto y, auto& slot, Next&) {
    forward<Next::layer::activation>(run, x, y, slot);
  }
  template <class Run, class X>
  static constexpr void backward(Run& run, X x, auto, auto dy, auto dx, auto& slot) {
    using namespace ops;
    const auto mean = get<"mean">(slot.tape), inverse = get<"inverse">(slot.tape);
    auto sums = run.scratch(fixed_count(2 * padded(X::columns)));
    const Row<typename Run::pointer, X::columns> sum_dy{sums.data}, sum_dy_normal{sums.data + padded(X::columns)};
    reduce_rows(run, detail::ShiftAndGainGradients{}, into(sum_dy, sum_dy_normal), from(dy, x, mean, inverse));
    add(run, accumulate(get<"bias">(slot.gradients)), sum_dy);
    add(run, accumulate(get<"weight">(slot.gradients)), sum_dy_normal);
    map(run, detail::NormalizeBackward{1 / run.rows(x)}, into(dx),
        from(dy, x, mean, inverse, get<"weight">(slot.weights), sum_dy, sum_dy_normal));
  }

  template <class In>
  static void initialize(auto&, auto weights) {
    constant_fill(get<"weight">(weights), 1);
  }
  template <class In>
  static void initialize_statistics(auto statistics) {
    constant_fill(get<"running_var">(statistics), 1);
  }

 private:
  template <ops::Activation Activation, class Run, class X>
  static constexpr void forward(Run& run, X x, auto y, auto& slot) {
    using namespace ops;
    const auto gain = get<"weight">(slot.weights), shift = get<"bias">(slot.weights);
    const auto running_mean = get<"running_mean">(slot.statistics);
    const auto running_var = get<"running_var">(slot.statistics);
    if constexpr (Run::training) {
      const auto mean = get<"mean">(slot.tape), inverse = get<"inverse">(slot.tape);
      const double n = run.rows(x), one_over_n = 1 / n;
      reduce_rows(run, Identity{}, into(mean), from(x));
      map(run, detail::ScaleBy{one_over_n}, into(mean), from(mean));
      reduce_rows(run, detail::SquaredDistance{}, into(inverse), from(x, mean));
      const double unbiased = n > 1 ? 1 / (n - 1) : one_over_n;
      const double moved = n > 1 ? Momentum : 0;  // one row has no variance to learn from
      map(run, detail::FinishStatistics{one_over_n, unbiased, Epsilon, moved}, into(inverse, running_mean, running_var),
          from(inverse, mean, running_mean, running_var));
      map(run, detail::Activated<detail::Normalize, Activation>{}, into(y), from(x, mean, inverse, gain, shift));
    } else {
      auto row = run.scratch(fixed_count(padded(X::columns)));
      const Row<typename Run::pointer, X::columns> scale{row.data};
      map(run, detail::FoldVariance{Epsilon}, into(scale), from(running_var, gain));
      map(run, detail::Activated<detail::ScaleDistance, Activation>{}, into(y), from(x, running_mean, scale, shift));
    }
  }
};

/// Batch normalization as PyTorch configures it: epsilon 1e-5, running averages moved by 0.1.
struct BatchNorm : BatchNormWith<1e-5, 0.1> {};

}  // namespace STRATA_NAMESPACE
