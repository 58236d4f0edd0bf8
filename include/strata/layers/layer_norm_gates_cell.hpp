#pragma once
// The equations of one step of an LSTM with normalized gates, element by element, forward and backward, on either side
// of the normalization of its cell; see layer_norm_gates.hpp. With the masks of recurrent_masks.hpp and peepholes:
//
//   i = σ(z_i + p_i · c′), f = σ(z_f + p_f · c′), g = tanh(z_g)
//   c* = f · c′ + i · m_g · g,   c = m_c · c* + (1 - m_c) · c′,   o = σ(z_o + p_o · c)
//
//   h* = o · tanh(n), n = c* normalized,   h = m_h · h* + (1 - m_h) · h′,   y = m_y · h

#include <strata/core/math.hpp>
#include <strata/layers/recurrent_masks.hpp>
#include <strata/ops/operand.hpp>

namespace STRATA_NAMESPACE {

/// (z_i, z_f, z_g, z_o, c′ [, p_i, p_f, p_o] [, masks …]) -> (i, f, g, o, c, c*).
template <unsigned Code = 0, bool Drawn = true, bool Peepholes = false>
struct NormalizedCell {
  using Masks = detail::CellMasks<Code, Drawn, Peepholes ? 3 : 0>;

  Masks masks{};

  template <class V, class... More>
  constexpr Pack<V, 6> operator()(V z_i, V z_f, V z_g, V z_o, V c_before, More... more) const {
    const Pack<V, sizeof...(More)> rest{{more...}};
    if constexpr (Peepholes) {
      z_i = z_i + rest[0] * c_before;
      z_f = z_f + rest[1] * c_before;
    }
    const V i = math::sigmoid(z_i), f = math::sigmoid(z_f), g = math::tanh(z_g);
    const V c_new = f * c_before + i * masks.template scaled<Site::candidate>(g, rest);
    const V c = masks.template held<Site::cell>(c_new, c_before, rest);
    if constexpr (Peepholes) z_o = z_o + rest[2] * c;
    return {{i, f, g, math::sigmoid(z_o), c, c_new}};
  }
};

/// (o, n [, h′] [, masks …]) -> (y [, h] [, h as it enters the next product]). h′ is there where h is held, h where it
/// is not y, the last where that is masked.
template <unsigned Code = 0, bool Drawn = true>
struct NormalizedState {
  static constexpr bool holds = detail::masks_at(Code, Site::hidden) > 0;
  using Masks = detail::CellMasks<Code, Drawn, holds>;
  static constexpr bool writes_hidden = Masks::at(Site::outputs), writes_state = Masks::at(Site::state);
  static constexpr std::size_t outputs = 1 + writes_hidden + writes_state;

  Masks masks{};

  template <class V, class... More>
  constexpr Pack<V, outputs> operator()(V o, V n, More... more) const {
    const Pack<V, sizeof...(More)> rest{{more...}};
    const V h = masks.template held<Site::hidden>(o * math::tanh(n), rest[0], rest);
    Pack<V, outputs> all{{masks.template scaled<Site::outputs>(h, rest)}};
    if constexpr (writes_hidden) all[1] = h;
    if constexpr (writes_state) all[outputs - 1] = masks.template scaled<Site::state>(h, rest);
    return all;
  }
};

/// (o, n, dy, dh [, what of dh h held] [, masks …]) -> (dz_o, dn [, what of dh′ h holds]); dy from above, dh from the
/// product of the step after.
template <unsigned Code = 0, bool Drawn = true>
struct NormalizedStateBackward {
  using State = NormalizedState<Code, Drawn>;
  static constexpr std::size_t outputs = 2 + State::holds;

  typename State::Masks masks{};

  template <class V, class... More>
  constexpr Pack<V, outputs> operator()(V o, V n, V dy, V dh, More... more) const {
    const Pack<V, sizeof...(More)> rest{{more...}};
    V total = masks.template scaled<Site::outputs>(dy, rest) + masks.template scaled<Site::state>(dh, rest);
    if constexpr (State::holds) total = total + rest[0];
    const V dh_new = masks.template passed<Site::hidden>(total, rest), t = math::tanh(n);
    Pack<V, outputs> all{{dh_new * t * o * (V(1) - o), dh_new * o * (V(1) - t * t)}};
    if constexpr (State::holds) all[2] = masks.template kept<Site::hidden>(total, rest);
    return all;
  }
};

/// (i, f, g, c′, dz_o, what n is made of c*, dc [, p_i, p_f, p_o] [, masks …]) -> (dz_i, dz_f, dz_g, dc′); dc from the
/// cell of the step after.
template <unsigned Code = 0, bool Drawn = true, bool Peepholes = false>
struct NormalizedCellBackward {
  using Masks = typename NormalizedCell<Code, Drawn, Peepholes>::Masks;

  Masks masks{};

  template <class V, class... More>
  constexpr Pack<V, 4> operator()(V i, V f, V g, V c_before, V dz_o, V dc_normal, V dc, More... more) const {
    const Pack<V, sizeof...(More)> rest{{more...}};
    if constexpr (Peepholes) dc = dc + dz_o * rest[2];
    const V candidate = masks.template scaled<Site::candidate>(g, rest);
    const V dc_new = masks.template passed<Site::cell>(dc, rest) + dc_normal;
    const V dz_i = dc_new * candidate * i * (V(1) - i), dz_f = dc_new * c_before * f * (V(1) - f);
    const V dg = masks.template scaled<Site::candidate>(dc_new * i, rest);
    V dc_before = dc_new * f;
    if constexpr (Masks::at(Site::cell)) dc_before = dc_before + masks.template kept<Site::cell>(dc, rest);
    if constexpr (Peepholes) dc_before = dc_before + dz_i * rest[0] + dz_f * rest[1];
    return {{dz_i, dz_f, dg * (V(1) - g * g), dc_before}};
  }
};

}  // namespace STRATA_NAMESPACE
