#pragma once
// The equations of one GRU step, element by element, forward and backward, with the masks of its options
// (recurrent_masks.hpp); see gru.hpp. a = x Wᵢₕᵀ + b_ih, q = h′ Wₕₕᵀ + b_hh, split into r, z, n:
//
//   r = σ(a_r + q_r), z = σ(a_z + q_z), n = tanh(a_n + r · q_n)
//   h* = (1 - z) · m_n · n + z · h′,   h = m_h · h* + (1 - m_h) · h′,   y = m_y · h

#include <strata/core/math.hpp>
#include <strata/layers/recurrent_masks.hpp>
#include <strata/ops/operand.hpp>

namespace STRATA_NAMESPACE {

/// (z, n, h′ [, masks …]) -> (y [, h] [, h as it enters the next product]): what follows the gates in either form.
template <unsigned Code = 0, bool Drawn = true>
struct GruState {
  using Masks = detail::CellMasks<Code, Drawn>;
  static constexpr bool writes_hidden = Masks::at(Site::outputs), writes_state = Masks::at(Site::state);
  static constexpr std::size_t outputs = 1 + writes_hidden + writes_state;

  Masks masks{};

  template <class V, class... M>
  constexpr Pack<V, outputs> operator()(V z, V n, V h_before, M... drawn) const {
    const Pack<V, sizeof...(M)> all{{drawn...}};
    const V fresh = (V(1) - z) * masks.template scaled<Site::candidate>(n, all) + z * h_before;
    const V h = masks.template held<Site::hidden>(fresh, h_before, all);
    Pack<V, outputs> results{{masks.template scaled<Site::outputs>(h, all)}};
    if constexpr (writes_hidden) results[1] = h;
    if constexpr (writes_state) results[outputs - 1] = masks.template scaled<Site::state>(h, all);
    return results;
  }
};

/// (a_r, a_z, a_n, q_r, q_z, q_n, h′ [, masks …]) -> (r, z, n, then what GruState returns).
template <unsigned Code = 0, bool Drawn = true>
struct GruCell {
  using State = GruState<Code, Drawn>;
  static constexpr std::size_t outputs = 3 + State::outputs;

  State state{};

  template <class V, class... M>
  constexpr Pack<V, outputs> operator()(V a_r, V a_z, V a_n, V q_r, V q_z, V q_n, V h_before, M... drawn) const {
    const V r = math::sigmoid(a_r + q_r), z = math::sigmoid(a_z + q_z), n = math::tanh(a_n + r * q_n);
    const auto h = state(z, n, h_before, drawn...);
    Pack<V, outputs> results{{r, z, n}};
    for (std::size_t k = 0; k != State::outputs; ++k) results[3 + k] = h[k];
    return results;
  }
};

/// (z, n, h′, dy, dh, what of dh h held [, masks …]) -> (gradients of what z and n were made of, what of dh′ h holds);
/// dy from above, dh from the product of the step after.
template <unsigned Code = 0, bool Drawn = true>
struct GruStateBackward {
  using Masks = detail::CellMasks<Code, Drawn>;

  Masks masks{};

  template <class V, class... M>
  constexpr Pack<V, 3> operator()(V z, V n, V h_before, V dy, V dh, V held, M... drawn) const {
    const Pack<V, sizeof...(M)> all{{drawn...}};
    const V total = masks.template scaled<Site::outputs>(dy, all) + masks.template scaled<Site::state>(dh, all) + held;
    const V dh_new = masks.template passed<Site::hidden>(total, all);
    const V candidate = masks.template scaled<Site::candidate>(n, all);
    const V dn = masks.template scaled<Site::candidate>(dh_new * (V(1) - z), all);
    return {{dh_new * (h_before - candidate) * z * (V(1) - z), dn * (V(1) - n * n),
             dh_new * z + masks.template kept<Site::hidden>(total, all)}};
  }
};

/// (r, z, n, q_n, h′, dy, dh, what of dh h held [, masks …]) -> (da_r, da_z, da_n, dq_r, dq_z, dq_n, what of dh′ h
/// holds).
template <unsigned Code = 0, bool Drawn = true>
struct GruCellBackward {
  GruStateBackward<Code, Drawn> state{};

  template <class V, class... M>
  constexpr Pack<V, 7> operator()(V r, V z, V n, V q_n, V h_before, V dy, V dh, V held, M... drawn) const {
    const auto d = state(z, n, h_before, dy, dh, held, drawn...);
    const V dr = d[1] * q_n * r * (V(1) - r);
    return {{dr, d[0], d[1], dr, d[0], d[1] * r, d[2]}};
  }
};

}  // namespace STRATA_NAMESPACE
