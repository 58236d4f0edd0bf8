#pragma once
// RMSNorm: y = x / sqrt(mean(x²) + epsilon) · weight, the mean over the features of each row, which is a sample or a
// step of one (Zhang & Sennrich 2019; PyTorch's nn.RMSNorm over the last axis). LayerNorm without mean and bias.

#include <strata/layers/concept.hpp>
#include <strata/ops/map_rows.hpp>
#include <strata/ops/reduce_rows.hpp>

#include <limits>

namespace STRATA_NAMESPACE {
namespace detail {
template <class Given, bool EpsilonFits>
struct RMSNormNeedsFeatures {
  static_assert(EpsilonFits, "strata::RMSNorm: epsilon must be above 0");
  static_assert(
      !EpsilonFits || Featured<Given>,
      "strata::RMSNorm: needs Features<N> or Sequence<N> of numbers. Common mistake: Tokens or an Image without a "
      "layer before it that makes features of them.");
};

/// x -> x̂ = x / sqrt(mean(x²) + epsilon), or (x, gain) -> x̂ · gain.
template <class T>
struct RMSNormRow {
  static constexpr std::size_t passes = 1;

  T columns, epsilon;
  T inverse = T(0);  ///< 1 / sqrt(mean(x²) + epsilon)

  template <class V, class... Others>
  constexpr V term(ops::Pass<0>, V x, Others...) const {
    return x * x;
  }
  constexpr void learn(ops::Pass<0>, Pack<T, 1> squares) {
    inverse = T(1) / math::sqrt(squares[0] / columns + epsilon);
  }
  template <class V>
  constexpr V operator()(V x) const {
    return x * V(inverse);
  }
  template <class V>
  constexpr V operator()(V x, V gain) const {
    return (*this)(x)*gain;
  }
};

/// (x, dy, gain) -> (dx, x̂). With g = dy · gain: dx = (g - x̂ · mean(g · x̂)) / sqrt(mean(x²) + epsilon).
template <class T>
struct RMSNormRowBackward {
  static constexpr std::size_t passes = 1;

  RMSNormRow<T> row;
  T mean_g_normal = T(0);

  template <class V>
  constexpr Pack<V, 2> term(ops::Pass<0> pass, V x, V dy, V gain) const {
    return {{row.term(pass, x), dy * gain * x}};
  }
  constexpr void learn(ops::Pass<0> pass, Pack<T, 2> sums) {
    row.learn(pass, {{sums[0]}});
    mean_g_normal = sums[1] / row.columns * row.inverse;
  }
  template <class V>
  constexpr Pack<V, 2> operator()(V x, V dy, V gain) const {
    const V normal = row(x);
    return {{(dy * gain - normal * V(mean_g_normal)) * V(row.inverse), normal}};
  }
};
/// (dy, x̂) -> the terms of the gradient of weight.
struct GainOfNormal {
  template <class V>
  constexpr V operator()(V dy, V normal) const {
    return dy * normal;
  }
};

/// The layer; Epsilon says which, and whether it makes sense.
template <class Epsilon>
struct RMSNormBy {
  template <Featured In>
    requires Epsilon::fits
  using output = In;
  template <class In>
  using refusal = RMSNormNeedsFeatures<In, Epsilon::fits>;
  template <class In>
  using weights = TensorList<Undecayed<Tensor<"weight", features<In>>>>;
  static constexpr Reads backward_reads = Reads::input;
  static constexpr InPlace in_place = InPlace::inference;

  template <class Run, class X>
  static constexpr void forward(Run& run, X x, auto y, auto& slot) {
    ops::map_rows(run, row<Run, X>(), ops::into(y), ops::from(x, get<"weight">(slot.weights)));
  }
  template <class Run, class X, class DX>
  static constexpr void backward(Run& run, X x, auto, auto dy, DX dx, auto& slot) {
    using namespace ops;
    auto space = run.scratch(x.rows * X::columns);
    const Matrix<typename Run::pointer, X::columns> normal{space.data, x.rows};
    if constexpr (Wanted<DX>) {
      map_rows(run, RMSNormRowBackward{row<Run, X>()}, into(dx, normal), from(x, dy, get<"weight">(slot.weights)));
    } else {
      map_rows(run, row<Run, X>(), into(normal), from(x));
    }
    reduce_rows(run, GainOfNormal{}, accumulate(get<"weight">(slot.gradients)), from(dy, normal));
  }
  template <class In>
  static void initialize(auto&, auto weights) {
    constant_fill(get<"weight">(weights), 1);
  }

 private:
  template <class Run, class X>
  static constexpr auto row() {
    using T = typename Run::element;
    return RMSNormRow<T>{static_cast<T>(X::columns), Epsilon::template value<T>};
  }
};

template <double Epsilon>
struct FixedEpsilon {
  static constexpr bool fits = Epsilon > 0;
  template <class T>
  static constexpr T value = static_cast<T>(Epsilon);
};
struct MachineEpsilon {
  static constexpr bool fits = true;
  template <class T>
  static constexpr T value = std::numeric_limits<T>::epsilon();
};
}  // namespace detail

/// Normalization by the root of the mean square with a chosen epsilon. Features<N> or Sequence<N> -> the same. weight
/// [N] (not decayed).
template <double Epsilon>
struct RMSNormWith : detail::RMSNormBy<detail::FixedEpsilon<Epsilon>> {};

/// The same as PyTorch configures it: epsilon is the machine epsilon of the element type, 1.2e-7 for float and 2.2e-16
/// for double.
struct RMSNorm : detail::RMSNormBy<detail::MachineEpsilon> {};

}  // namespace STRATA_NAMESPACE
