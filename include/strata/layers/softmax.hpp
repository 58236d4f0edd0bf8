#pragma once
// Softmax: y = exp(x) / Σ exp(x) over the features of each row, which is a sample or a step of one (PyTorch's
// nn.Softmax over the last axis): probabilities. The largest x is subtracted from all first, so that no exponential
// overflows.

#include <strata/layers/concept.hpp>
#include <strata/ops/map_rows.hpp>

namespace STRATA_NAMESPACE {
namespace detail {
template <class Given>
struct SoftmaxNeedsFeatures {
  static_assert(Featured<Given>,
                "strata::Softmax: needs Features<N> or Sequence<N>, whose features it makes probabilities of. Common "
                "mistake: Tokens or an Image without a layer before it that makes features of them.");
};

/// x -> exp(x) / Σ exp(x).
template <class T>
struct SoftmaxRow {
  static constexpr std::size_t passes = 2;
  static constexpr ops::Largest together(ops::Pass<0>) { return {}; }

  T most = T(0), inverse = T(0);  ///< 1 / Σ exp(x - most)

  template <class V>
  constexpr V term(ops::Pass<0>, V x) const {
    return x;
  }
  constexpr void learn(ops::Pass<0>, Pack<T, 1> largest) { most = largest[0]; }
  template <class V>
  constexpr V term(ops::Pass<1>, V x) const {
    return math::exp(x - V(most));
  }
  constexpr void learn(ops::Pass<1>, Pack<T, 1> sum) { inverse = T(1) / sum[0]; }
  template <class V>
  constexpr V operator()(V x) const {
    return math::exp(x - V(most)) * V(inverse);
  }
};

/// (y, dy) -> dx = y · (dy - Σ dy · y).
template <class T>
struct SoftmaxRowBackward {
  static constexpr std::size_t passes = 1;

  T weighted = T(0);  ///< Σ dy · y

  template <class V>
  constexpr V term(ops::Pass<0>, V y, V dy) const {
    return y * dy;
  }
  constexpr void learn(ops::Pass<0>, Pack<T, 1> sum) { weighted = sum[0]; }
  template <class V>
  constexpr V operator()(V y, V dy) const {
    return y * (dy - V(weighted));
  }
};
}  // namespace detail

/// Probabilities: y = exp(x) / Σ exp(x). Features<N> or Sequence<N> -> the same. Not before CrossEntropy, which takes
/// scores and has a softmax of its own: two of them would train slowly and end at a higher loss.
struct Softmax {
  template <Featured In>
  using output = In;
  template <class In>
  using refusal = detail::SoftmaxNeedsFeatures<In>;
  static constexpr bool gives_probabilities = true;
  static constexpr Reads backward_reads = Reads::output;
  static constexpr InPlace in_place = InPlace::always;

  template <class Run>
  static constexpr void forward(Run& run, auto x, auto y, auto&) {
    ops::map_rows(run, detail::SoftmaxRow<typename Run::element>{}, ops::into(y), ops::from(x));
  }
  template <class Run>
  static constexpr void backward(Run& run, auto, auto y, auto dy, auto dx, auto&) {
    ops::map_rows(run, detail::SoftmaxRowBackward<typename Run::element>{}, ops::into(dx), ops::from(y, dy));
  }
};

}  // namespace STRATA_NAMESPACE
