#pragma once
// One step of an LSTM with normalized gates, element by element, on either side of the normalization of its cell: the
// formulas are those of lstm_cell.hpp, but tanh sees n, the cell normalized, in place of c*. See layer_norm_gates.hpp.

#include <strata/layers/lstm_cell.hpp>

namespace STRATA_NAMESPACE {

/// (z_i, z_f, z_g, z_o, c′ [, p_i, p_f, p_o] [, masks …]) -> (i, f, g, o, c, c*).
template <unsigned Code = 0, bool Drawn = true, bool Peepholes = false>
struct NormalizedCell {
  using Masks = detail::CellMasks<Code, Drawn, Peepholes ? 3 : 0>;

  Masks masks{};

  template <class V, class... More>
  constexpr Pack<V, 6> operator()(V z_i, V z_f, V z_g, V z_o, V c_before, More... more) const {
    const Pack<V, sizeof...(More)> rest{{more...}};
    return detail::lstm_cell<Peepholes, 0>(masks, z_i, z_f, z_g, z_o, c_before, rest);
  }
};

/// (o, n [, h′] [, masks …]) -> (y [, h] [, h as it enters the next product]). h′ is there where h is held, h where it
/// is not y, the last where that is masked.
template <unsigned Code = 0, bool Drawn = true>
struct NormalizedState {
  static constexpr bool holds = detail::masks_at(Code, Site::hidden) > 0;
  using Masks = detail::CellMasks<Code, Drawn, holds>;
  static constexpr std::size_t outputs = detail::lstm_states<Masks>;

  Masks masks{};

  template <class V, class... More>
  constexpr Pack<V, outputs> operator()(V o, V n, More... more) const {
    const Pack<V, sizeof...(More)> rest{{more...}};
    return detail::lstm_state(masks, o, n, rest);
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
    const auto state = detail::lstm_state_backward(masks, o, n, dy, dh, rest);
    Pack<V, outputs> all{{state[0], state[1]}};
    if constexpr (State::holds) all[2] = state[2];
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
  constexpr Pack<V, 4> operator()(V i, V f, V g, V c_before, V dz_o, V dc_new, V dc, More... more) const {
    const Pack<V, sizeof...(More)> rest{{more...}};
    return detail::lstm_cell_backward<Peepholes, 0>(masks, i, f, g, c_before, dz_o, dc_new, dc, rest);
  }
};

}  // namespace STRATA_NAMESPACE
