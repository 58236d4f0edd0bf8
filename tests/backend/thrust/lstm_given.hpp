#pragma once
// For the tests of the tiles of an LSTM: cells that show what they are given, and numbers whose sums are exact.

#include <strata/ops/operand.hpp>

#include <cstddef>
#include <vector>

namespace support {

/// Passes on what it is given: forward (z_i, z_f, z_g, z_o, c′), backward (i, f, g, o, c, c′, dy, dh, dc).
struct Given {
  template <class V>
  constexpr strata::Pack<V, 6> operator()(V z_i, V z_f, V z_g, V z_o, V before) const {
    return {{z_i - z_o, before + 1, z_i, z_f, z_g, z_o}};
  }
  template <class V>
  constexpr strata::Pack<V, 5> operator()(V i, V f, V g, V o, V c, V before, V dy, V dh, V dc) const {
    return {{dh, c + i, before + f, dy + g, dc + o}};
  }
};

/// first, first + 1, …, and from the start again after each `turn` of them.
inline std::vector<double> counted(std::size_t count, std::size_t turn, double first) {
  std::vector<double> values(count);
  for (std::size_t i = 0; i < count; ++i) values[i] = first + static_cast<double>(i % turn);
  return values;
}

}  // namespace support
