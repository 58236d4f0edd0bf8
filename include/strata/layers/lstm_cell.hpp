#pragma once
// The equations of one LSTM step, element by element, forward and backward; see lstm.hpp.

#include <strata/core/math.hpp>
#include <strata/ops/operand.hpp>

namespace STRATA_NAMESPACE {

/// (z_i, z_f, z_g, z_o, c′) -> (h, c, i, f, g, o): what a tape needs.
struct LstmCellTaped {
  template <class V>
  constexpr Pack<V, 6> operator()(V z_i, V z_f, V z_g, V z_o, V c_before) const {
    const V i = math::sigmoid(z_i), f = math::sigmoid(z_f), g = math::tanh(z_g), o = math::sigmoid(z_o);
    const V c = f * c_before + i * g;
    return {{o * math::tanh(c), c, i, f, g, o}};
  }
};

/// (z_i, z_f, z_g, z_o, c′) -> (h, c): what a prediction needs.
struct LstmCell {
  template <class V>
  constexpr Pack<V, 2> operator()(V z_i, V z_f, V z_g, V z_o, V c_before) const {
    const auto all = LstmCellTaped{}(z_i, z_f, z_g, z_o, c_before);
    return {{all[0], all[1]}};
  }
};

/// (i, f, g, o, c, c′, dy, dh, dc) -> (dz_i, dz_f, dz_g, dz_o, dc′); dy from above, dh and dc from the step after.
struct LstmCellBackward {
  template <class V>
  constexpr Pack<V, 5> operator()(V i, V f, V g, V o, V c, V c_before, V dy, V dh, V dc_after) const {
    const V t = math::tanh(c), total = dy + dh;
    const V dc = dc_after + total * o * (V(1) - t * t);
    return {{dc * g * i * (V(1) - i), dc * c_before * f * (V(1) - f), dc * i * (V(1) - g * g),
             total * t * o * (V(1) - o), dc * f}};
  }
};

}  // namespace STRATA_NAMESPACE
