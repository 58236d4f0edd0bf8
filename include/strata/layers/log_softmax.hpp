#pragma once
// LogSoftmax: y = x - log Σ exp(x) over the features of each row, which is a sample or a step of one (PyTorch's
// nn.LogSoftmax over the last axis): logarithms of probabilities. Unlike the logarithm of a softmax it is finite where
// the probability rounds to 0.

#include <strata/layers/softmax.hpp>

namespace STRATA_NAMESPACE {
namespace detail {
template <class Given>
struct LogSoftmaxNeedsFeatures {
  static_assert(
      Featured<Given>,
      "strata::LogSoftmax: needs Features<N> or Sequence<N>, whose features it makes probabilities of. Common mistake: "
      "Tokens or an Image without a layer before it that makes features of them.");
};

/// x -> x - log Σ exp(x), as (x - most) - log Σ exp(x - most): a large `most` added to the logarithm would take its
/// digits. Sees the same terms as SoftmaxRow.
template <class T>
struct LogSoftmaxRow : SoftmaxRow<T> {
  T log_sum = T(0);

  using SoftmaxRow<T>::learn;
  constexpr void learn(ops::Pass<1>, Pack<T, 1> sum) { log_sum = math::log(sum[0]); }
  template <class V>
  constexpr V operator()(V x) const {
    return (x - V(this->most)) - V(log_sum);
  }
};

/// (y, dy) -> dx = dy - exp(y) · Σ dy.
template <class T>
struct LogSoftmaxRowBackward {
  static constexpr std::size_t passes = 1;

  T all = T(0);  ///< Σ dy

  template <class V>
  constexpr V term(ops::Pass<0>, V, V dy) const {
    return dy;
  }
  constexpr void learn(ops::Pass<0>, Pack<T, 1> sum) { all = sum[0]; }
  template <class V>
  constexpr V operator()(V y, V dy) const {
    return dy - math::exp(y) * V(all);
  }
};
}  // namespace detail

/// Logarithms of probabilities: y = x - log Σ exp(x). Features<N> or Sequence<N> -> the same. Not before
/// CrossEntropy, which takes scores and has one of its own.
struct LogSoftmax {
  template <Featured In>
  using output = In;
  template <class In>
  using refusal = detail::LogSoftmaxNeedsFeatures<In>;
  static constexpr bool gives_probabilities = true;
  static constexpr Reads backward_reads = Reads::output;
  static constexpr InPlace in_place = InPlace::always;

  template <class Run>
  static constexpr void forward(Run& run, auto x, auto y, auto&) {
    ops::map_rows(run, detail::LogSoftmaxRow<typename Run::element>{}, ops::into(y), ops::from(x));
  }
  template <class Run>
  static constexpr void backward(Run& run, auto, auto y, auto dy, auto dx, auto&) {
    ops::map_rows(run, detail::LogSoftmaxRowBackward<typename Run::element>{}, ops::into(dx), ops::from(y, dy));
  }
};

}  // namespace STRATA_NAMESPACE
