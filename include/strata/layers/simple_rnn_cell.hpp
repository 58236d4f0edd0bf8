#pragma once
// The equations of one step of a simple recurrent layer, element by element, forward and backward, with the masks of
// its options (recurrent_masks.hpp); see simple_rnn.hpp.
//
//   h* = tanh(z) or max(0, z),   h = m_h · h* + (1 - m_h) · h′,   y = m_y · h

#include <strata/core/math.hpp>
#include <strata/layers/recurrent_masks.hpp>
#include <strata/ops/operand.hpp>

namespace STRATA_NAMESPACE {

/// (z [, h′] [, masks …]) -> (h*, y [, h] [, h as it enters the next product]). h′ is there where h is held.
template <bool Rectified = false, unsigned Code = 0, bool Drawn = true>
struct SimpleCell {
  using Masks = detail::CellMasks<Code, Drawn, (detail::masks_at(Code, Site::hidden) > 0)>;
  static constexpr bool writes_hidden = Masks::at(Site::outputs), writes_state = Masks::at(Site::state);
  static constexpr std::size_t outputs = 2 + writes_hidden + writes_state;

  Masks masks{};

  template <class V, class... More>
  constexpr Pack<V, outputs> operator()(V z, More... more) const {
    const Pack<V, sizeof...(More)> rest{{more...}};
    V fresh = z;
    if constexpr (Rectified) fresh = math::max(z, V(0));
    else fresh = math::tanh(z);
    const V h = masks.template held<Site::hidden>(fresh, rest[0], rest);
    Pack<V, outputs> all{{fresh, masks.template scaled<Site::outputs>(h, rest)}};
    if constexpr (writes_hidden) all[2] = h;
    if constexpr (writes_state) all[outputs - 1] = masks.template scaled<Site::state>(h, rest);
    return all;
  }
};

/// (h*, dy, dh [, what of dh h held] [, masks …]) -> (dz [, what of dh′ h holds]).
template <bool Rectified = false, unsigned Code = 0, bool Drawn = true>
struct SimpleCellBackward {
  using Masks = detail::CellMasks<Code, Drawn, (detail::masks_at(Code, Site::hidden) > 0)>;
  static constexpr bool holds_hidden = Masks::at(Site::hidden);
  static constexpr std::size_t outputs = 1 + holds_hidden;

  Masks masks{};

  template <class V, class... More>
  constexpr Pack<V, outputs> operator()(V fresh, V dy, V dh, More... more) const {
    const Pack<V, sizeof...(More)> rest{{more...}};
    V total = masks.template scaled<Site::outputs>(dy, rest) + masks.template scaled<Site::state>(dh, rest);
    if constexpr (holds_hidden) total = total + rest[0];
    const V d = masks.template passed<Site::hidden>(total, rest);
    Pack<V, outputs> all{{slope(fresh, d)}};
    if constexpr (holds_hidden) all[1] = masks.template kept<Site::hidden>(total, rest);
    return all;
  }

 private:
  /// What of the gradient d of h* goes to z.
  template <class V>
  static constexpr V slope(V fresh, V d) {
    if constexpr (Rectified) return math::select(fresh > V(0), d, V(0));
    else return d * (V(1) - fresh * fresh);
  }
};

}  // namespace STRATA_NAMESPACE
