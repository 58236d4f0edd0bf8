#pragma once
// The equations of one LSTM step, element by element, forward and backward, with the masks of its options
// (recurrent_masks.hpp) and peepholes; see lstm.hpp. Each is a formula for what makes c and one for what makes h of it,
// so that something may come between them (layer_norm_gates.hpp).
//
//   i = σ(z_i + p_i · c′), f = σ(z_f + p_f · c′), g = tanh(z_g)
//   c* = f · c′ + i · m_g · g,   c = m_c · c* + (1 - m_c) · c′
//   o = σ(z_o + p_o · c),   h* = o · tanh(c*),   h = m_h · h* + (1 - m_h) · h′,   y = m_y · h
//
// where p are peepholes and m masks; what an option set does not have is left out.

#include <strata/core/math.hpp>
#include <strata/layers/recurrent_masks.hpp>
#include <strata/ops/operand.hpp>

namespace STRATA_NAMESPACE {
namespace detail {

/// -> (i, f, g, o, c, c*). `rest` are what a cell is given behind c′, peepholes from number First on.
template <bool Peepholes, std::size_t First, class Masks, class V, std::size_t N>
constexpr Pack<V, 6> lstm_cell(const Masks& masks, V z_i, V z_f, V z_g, V z_o, V c_before, const Pack<V, N>& rest) {
  if constexpr (Peepholes) {
    z_i = z_i + rest[First] * c_before;
    z_f = z_f + rest[First + 1] * c_before;
  }
  const V i = math::sigmoid(z_i), f = math::sigmoid(z_f), g = math::tanh(z_g);
  const V c_new = f * c_before + i * masks.template scaled<Site::candidate>(g, rest);
  const V c = masks.template held<Site::cell>(c_new, c_before, rest);
  if constexpr (Peepholes) z_o = z_o + rest[First + 2] * c;
  return {{i, f, g, math::sigmoid(z_o), c, c_new}};
}
/// -> (dz_i, dz_f, dz_g, dc′); dc_new is what h makes of c*, dc comes from the cell of the step after.
template <bool Peepholes, std::size_t First, class Masks, class V, std::size_t N>
constexpr Pack<V, 4> lstm_cell_backward(const Masks& masks, V i, V f, V g, V c_before, V dz_o, V dc_new, V dc,
                                        const Pack<V, N>& rest) {
  if constexpr (Peepholes) dc = dc + dz_o * rest[First + 2];
  const V candidate = masks.template scaled<Site::candidate>(g, rest);
  dc_new = masks.template passed<Site::cell>(dc, rest) + dc_new;
  const V dz_i = dc_new * candidate * i * (V(1) - i), dz_f = dc_new * c_before * f * (V(1) - f);
  const V dg = masks.template scaled<Site::candidate>(dc_new * i, rest);
  V dc_before = dc_new * f;
  if constexpr (Masks::at(Site::cell)) dc_before = dc_before + masks.template kept<Site::cell>(dc, rest);
  if constexpr (Peepholes) dc_before = dc_before + dz_i * rest[First] + dz_f * rest[First + 1];
  return {{dz_i, dz_f, dg * (V(1) - g * g), dc_before}};
}

/// -> (y [, h] [, h as it enters the next product]) of o and the cell as tanh sees it. rest[0] is h′ where h is held.
template <class Masks>
inline constexpr std::size_t lstm_states = 1 + Masks::at(Site::outputs) + Masks::at(Site::state);
template <class Masks, class V, std::size_t N>
constexpr Pack<V, lstm_states<Masks>> lstm_state(const Masks& masks, V o, V seen, const Pack<V, N>& rest) {
  const V h = masks.template held<Site::hidden>(o * math::tanh(seen), rest[0], rest);
  Pack<V, lstm_states<Masks>> all{{masks.template scaled<Site::outputs>(h, rest)}};
  if constexpr (Masks::at(Site::outputs)) all[1] = h;
  if constexpr (Masks::at(Site::state)) all[lstm_states<Masks> - 1] = masks.template scaled<Site::state>(h, rest);
  return all;
}
/// -> (dz_o, the gradient of the cell as tanh sees it, what of dh′ h holds); dy from above, dh from the product of the
/// step after. rest[0] is what of dh h held where it is held.
template <class Masks, class V, std::size_t N>
constexpr Pack<V, 3> lstm_state_backward(const Masks& masks, V o, V seen, V dy, V dh, const Pack<V, N>& rest) {
  V total = masks.template scaled<Site::outputs>(dy, rest) + masks.template scaled<Site::state>(dh, rest);
  if constexpr (Masks::at(Site::hidden)) total = total + rest[0];
  const V dh_new = masks.template passed<Site::hidden>(total, rest), t = math::tanh(seen);
  return {{dh_new * t * o * (V(1) - o), dh_new * o * (V(1) - t * t), masks.template kept<Site::hidden>(total, rest)}};
}

}  // namespace detail

/// (z_i, z_f, z_g, z_o, c′ [, h′] [, p_i, p_f, p_o] [, masks …]) -> (y, c, i, f, g, o [, h] [, h as it enters the next
/// product]): what a tape needs. h′ is there where h is held, h where it is not y, the last where that is masked.
template <unsigned Code = 0, bool Drawn = true, bool Peepholes = false>
struct LstmCellTaped {
  static constexpr std::size_t peephole = detail::masks_at(Code, Site::hidden) > 0;  ///< the first's number behind c′
  using Masks = detail::CellMasks<Code, Drawn, peephole + (Peepholes ? 3 : 0)>;
  static constexpr std::size_t outputs = 5 + detail::lstm_states<Masks>;

  Masks masks{};

  template <class V, class... More>
  constexpr Pack<V, outputs> operator()(V z_i, V z_f, V z_g, V z_o, V c_before, More... more) const {
    const Pack<V, sizeof...(More)> rest{{more...}};
    const auto cell = detail::lstm_cell<Peepholes, peephole>(masks, z_i, z_f, z_g, z_o, c_before, rest);
    const auto state = detail::lstm_state(masks, cell[3], cell[5], rest);
    Pack<V, outputs> all{{state[0], cell[4], cell[0], cell[1], cell[2], cell[3]}};
    for (std::size_t k = 6; k != outputs; ++k) all[k] = state[k - 5];
    return all;
  }
};

/// The same -> (y, c [, h] [, h as it enters the next product]): what a prediction needs.
template <unsigned Code = 0, bool Drawn = true, bool Peepholes = false>
struct LstmCell {
  using Taped = LstmCellTaped<Code, Drawn, Peepholes>;
  using Masks = typename Taped::Masks;
  static constexpr std::size_t outputs = Taped::outputs - 4;

  Taped taped{};

  template <class V, class... More>
  constexpr Pack<V, outputs> operator()(V z_i, V z_f, V z_g, V z_o, V c_before, More... more) const {
    const auto all = taped(z_i, z_f, z_g, z_o, c_before, more...);
    Pack<V, outputs> wanted{{all[0], all[1]}};
    for (std::size_t k = 2; k != outputs; ++k) wanted[k] = all[k + 4];
    return wanted;
  }
};

/// (i, f, g, o, c, c′, dy, dh, dc [, what of dh h held] [, p_i, p_f, p_o] [, masks …]) -> (dz_i, dz_f, dz_g, dz_o, dc′
/// [, what of dh′ h holds]); dy from above, dh from the product of the step after, dc from its cell.
template <unsigned Code = 0, bool Drawn = true, bool Peepholes = false>
struct LstmCellBackward {
  static constexpr bool holds_hidden = detail::masks_at(Code, Site::hidden) > 0;
  static constexpr std::size_t peephole = holds_hidden;
  using Masks = detail::CellMasks<Code, Drawn, peephole + (Peepholes ? 3 : 0)>;
  static constexpr std::size_t outputs = 5 + holds_hidden;

  Masks masks{};

  template <class V, class... More>
  constexpr Pack<V, outputs> operator()(V i, V f, V g, V o, V c, V c_before, V dy, V dh, V dc, More... more) const {
    const Pack<V, sizeof...(More)> rest{{more...}};
    V seen = c;
    if constexpr (Masks::at(Site::cell)) seen = f * c_before + i * masks.template scaled<Site::candidate>(g, rest);
    const auto state = detail::lstm_state_backward(masks, o, seen, dy, dh, rest);
    const auto cell =
        detail::lstm_cell_backward<Peepholes, peephole>(masks, i, f, g, c_before, state[0], state[1], dc, rest);
    Pack<V, outputs> all{{cell[0], cell[1], cell[2], state[0], cell[3]}};
    if constexpr (holds_hidden) all[5] = state[2];
    return all;
  }
};

}  // namespace STRATA_NAMESPACE
