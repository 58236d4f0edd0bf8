#pragma once
// The equations of one LSTM step, element by element, forward and backward, with the masks of its options
// (recurrent_masks.hpp) and peepholes; see lstm.hpp.
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

/// (z_i, z_f, z_g, z_o, c′ [, h′] [, p_i, p_f, p_o] [, masks …]) -> (y, c, i, f, g, o [, h] [, h as it enters the next
/// product]): what a tape needs. h′ is there where h is held, h where it is not y, the last where that is masked.
template <unsigned Code = 0, bool Drawn = true, bool Peepholes = false>
struct LstmCellTaped {
  static constexpr std::size_t peephole = detail::masks_at(Code, Site::hidden) > 0;  ///< the first's number behind c′
  using Masks = detail::CellMasks<Code, Drawn, peephole + (Peepholes ? 3 : 0)>;
  static constexpr bool writes_hidden = Masks::at(Site::outputs), writes_state = Masks::at(Site::state);
  static constexpr std::size_t outputs = 6 + writes_hidden + writes_state;

  Masks masks{};

  template <class V, class... More>
  constexpr Pack<V, outputs> operator()(V z_i, V z_f, V z_g, V z_o, V c_before, More... more) const {
    const Pack<V, sizeof...(More)> rest{{more...}};
    if constexpr (Peepholes) {
      z_i = z_i + rest[peephole] * c_before;
      z_f = z_f + rest[peephole + 1] * c_before;
    }
    const V i = math::sigmoid(z_i), f = math::sigmoid(z_f), g = math::tanh(z_g);
    const V c_new = f * c_before + i * masks.template scaled<Site::candidate>(g, rest);
    const V c = masks.template held<Site::cell>(c_new, c_before, rest);
    if constexpr (Peepholes) z_o = z_o + rest[peephole + 2] * c;
    const V o = math::sigmoid(z_o);
    const V h = masks.template held<Site::hidden>(o * math::tanh(c_new), rest[0], rest);
    Pack<V, outputs> all{{masks.template scaled<Site::outputs>(h, rest), c, i, f, g, o}};
    if constexpr (writes_hidden) all[6] = h;
    if constexpr (writes_state) all[outputs - 1] = masks.template scaled<Site::state>(h, rest);
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
  constexpr Pack<V, outputs> operator()(V i, V f, V g, V o, V c, V c_before, V dy, V dh, V dc_after,
                                        More... more) const {
    const Pack<V, sizeof...(More)> rest{{more...}};
    const V candidate = masks.template scaled<Site::candidate>(g, rest);
    V t = c;
    if constexpr (Masks::at(Site::cell)) t = f * c_before + i * candidate;
    t = math::tanh(t);
    V total = masks.template scaled<Site::outputs>(dy, rest) + masks.template scaled<Site::state>(dh, rest);
    if constexpr (holds_hidden) total = total + rest[0];
    const V dh_new = masks.template passed<Site::hidden>(total, rest);
    const V dz_o = dh_new * t * o * (V(1) - o);
    V dc = dc_after;
    if constexpr (Peepholes) dc = dc + dz_o * rest[peephole + 2];
    const V dc_new = masks.template passed<Site::cell>(dc, rest) + dh_new * o * (V(1) - t * t);
    const V dz_i = dc_new * candidate * i * (V(1) - i), dz_f = dc_new * c_before * f * (V(1) - f);
    const V dg = masks.template scaled<Site::candidate>(dc_new * i, rest);
    V dc_before = dc_new * f;
    if constexpr (Masks::at(Site::cell)) dc_before = dc_before + masks.template kept<Site::cell>(dc, rest);
    if constexpr (Peepholes) dc_before = dc_before + dz_i * rest[peephole] + dz_f * rest[peephole + 1];
    Pack<V, outputs> all{{dz_i, dz_f, dg * (V(1) - g * g), dz_o, dc_before}};
    if constexpr (holds_hidden) all[5] = masks.template kept<Site::hidden>(total, rest);
    return all;
  }
};

}  // namespace STRATA_NAMESPACE
