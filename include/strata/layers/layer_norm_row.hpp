#pragma once
// The equations of layer normalization for one row, forward and backward, as functors of ops::map_rows; see
// layer_norm.hpp.
//
// Mean and variance take two passes, corrected by what rounding left of the mean (Chan, Golub & LeVeque 1983): with
// d = x - mean, the true mean is mean + Σd / n and the variance (Σd² - (Σd)² / n) / n. A row far from 0 with a tiny
// variance keeps all digits its numbers have.

#include <strata/ops/map_rows.hpp>

namespace STRATA_NAMESPACE {

/// x -> x̂ = (x - mean) / sqrt(variance + epsilon), or (x, gain, shift) -> x̂ · gain + shift.
template <class T>
struct LayerNormRow {
  static constexpr std::size_t passes = 2;

  T columns, epsilon;
  T mean = T(0), rest = T(0), inverse = T(0);  ///< the mean is mean + rest; 1 / sqrt(variance + epsilon)

  template <class V, class... Others>
  constexpr V term(ops::Pass<0>, V x, Others...) const {
    return x;
  }
  constexpr void learn(ops::Pass<0>, Pack<T, 1> sum) { mean = sum[0] / columns; }

  template <class V, class... Others>
  constexpr Pack<V, 2> term(ops::Pass<1>, V x, Others...) const {
    const V d = x - V(mean);
    return {{d, d * d}};
  }
  constexpr void learn(ops::Pass<1>, Pack<T, 2> sums) {
    rest = sums[0] / columns;
    const T variance = (sums[1] - sums[0] * rest) / columns;
    inverse = T(1) / math::sqrt(math::max(variance, T(0)) + epsilon);  // rounded, it may be below 0
  }

  template <class V>
  constexpr V operator()(V x) const {
    return (x - V(mean) - V(rest)) * V(inverse);
  }
  template <class V>
  constexpr V operator()(V x, V gain, V shift) const {
    return (*this)(x)*gain + shift;
  }
};

/// (x, dy, gain) -> (dx, x̂). With g = dy · gain: dx = (g - mean(g) - x̂ · mean(g · x̂)) / sqrt(variance + epsilon). The
/// gradient of gain is the sum of dy · x̂ over the rows.
template <class T>
struct LayerNormRowBackward {
  static constexpr std::size_t passes = 2;

  LayerNormRow<T> row;
  T mean_g = T(0), mean_g_normal = T(0);

  template <class V>
  constexpr Pack<V, 2> term(ops::Pass<0>, V x, V dy, V gain) const {
    return {{x, dy * gain}};
  }
  constexpr void learn(ops::Pass<0> pass, Pack<T, 2> sums) {
    row.learn(pass, {{sums[0]}});
    mean_g = sums[1] / row.columns;
  }

  template <class V>
  constexpr Pack<V, 3> term(ops::Pass<1> pass, V x, V dy, V gain) const {
    const Pack<V, 2> of_x = row.term(pass, x);
    return {{of_x[0], of_x[1], (dy * gain - V(mean_g)) * of_x[0]}};  // Σ (g - mean(g)) · d = Σ g · (d - mean(d))
  }
  constexpr void learn(ops::Pass<1> pass, Pack<T, 3> sums) {
    row.learn(pass, {{sums[0], sums[1]}});
    mean_g_normal = sums[2] / row.columns * row.inverse;
  }

  template <class V>
  constexpr Pack<V, 2> operator()(V x, V dy, V gain) const {
    const V normal = row(x);
    return {{(dy * gain - V(mean_g) - normal * V(mean_g_normal)) * V(row.inverse), normal}};
  }
};

/// (p, q, gain of p, gain of q, shift) -> p̂ · gain + q̂ · gain + shift, each with statistics of its own.
template <class T>
struct LayerNormSum {
  static constexpr std::size_t passes = 2;

  LayerNormRow<T> p_row, q_row;

  template <class V, class... Others>
  constexpr Pack<V, 2> term(ops::Pass<0>, V p, V q, Others...) const {
    return {{p, q}};
  }
  constexpr void learn(ops::Pass<0> pass, Pack<T, 2> sums) {
    p_row.learn(pass, {{sums[0]}});
    q_row.learn(pass, {{sums[1]}});
  }

  template <class V, class... Others>
  constexpr Pack<V, 4> term(ops::Pass<1> pass, V p, V q, Others...) const {
    const Pack<V, 2> of_p = p_row.term(pass, p), of_q = q_row.term(pass, q);
    return {{of_p[0], of_p[1], of_q[0], of_q[1]}};
  }
  constexpr void learn(ops::Pass<1> pass, Pack<T, 4> sums) {
    p_row.learn(pass, {{sums[0], sums[1]}});
    q_row.learn(pass, {{sums[2], sums[3]}});
  }

  template <class V>
  constexpr V operator()(V p, V q, V p_gain, V q_gain, V shift) const {
    return p_row(p) * p_gain + q_row(q) * q_gain + shift;
  }
};

/// (p, q, dy, gain of p, gain of q, s, t) -> (dp, dq, s + dy · p̂, t + dy · q̂), sums over the rows of a batch and its
/// steps: summed over samples too they are the gradients of the gains.
template <class T>
struct LayerNormSumBackward {
  static constexpr std::size_t passes = 2;

  LayerNormRowBackward<T> p_row, q_row;

  template <class V>
  constexpr Pack<V, 4> term(ops::Pass<0> pass, V p, V q, V dy, V p_gain, V q_gain, V, V) const {
    const Pack<V, 2> of_p = p_row.term(pass, p, dy, p_gain), of_q = q_row.term(pass, q, dy, q_gain);
    return {{of_p[0], of_p[1], of_q[0], of_q[1]}};
  }
  constexpr void learn(ops::Pass<0> pass, Pack<T, 4> sums) {
    p_row.learn(pass, {{sums[0], sums[1]}});
    q_row.learn(pass, {{sums[2], sums[3]}});
  }

  template <class V>
  constexpr Pack<V, 6> term(ops::Pass<1> pass, V p, V q, V dy, V p_gain, V q_gain, V, V) const {
    const Pack<V, 3> of_p = p_row.term(pass, p, dy, p_gain), of_q = q_row.term(pass, q, dy, q_gain);
    return {{of_p[0], of_p[1], of_p[2], of_q[0], of_q[1], of_q[2]}};
  }
  constexpr void learn(ops::Pass<1> pass, Pack<T, 6> sums) {
    p_row.learn(pass, {{sums[0], sums[1], sums[2]}});
    q_row.learn(pass, {{sums[3], sums[4], sums[5]}});
  }

  template <class V>
  constexpr Pack<V, 4> operator()(V p, V q, V dy, V p_gain, V q_gain, V s, V t) const {
    const Pack<V, 2> of_p = p_row(p, dy, p_gain), of_q = q_row(q, dy, q_gain);
    return {{of_p[0], of_q[0], s + dy * of_p[1], t + dy * of_q[1]}};
  }
};

}  // namespace STRATA_NAMESPACE
