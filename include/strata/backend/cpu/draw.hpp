#pragma once
// What a mask is for some columns of a row, drawn on the CPU.

#include <strata/core/philox.hpp>
#include <strata/ops/masked_map.hpp>

#include <algorithm>

namespace STRATA_NAMESPACE::detail {

inline constexpr std::size_t drawn_piece = 512;  ///< elements drawn at once; a multiple of 4 and of a register

/// to[j] = the mask of row `row` at column first + j.
template <class T, class Drawn, std::size_t N>
void draw(T* to, Drawn mask, const ops::MaskArguments<T, Drawn, N>& all, std::size_t row, std::size_t first,
          std::size_t count) {
  std::uint32_t words[drawn_piece];
  const std::size_t step = mask.each_step ? all.first_step + row / all.batch : 0;
  for (const std::size_t last = first + count; first < last; first += drawn_piece, to += drawn_piece) {
    const std::size_t length = std::min(drawn_piece, last - first);
    philox_words(words, length, static_cast<std::uint32_t>(all.first_sample + row % all.batch),
                 static_cast<std::uint32_t>(step), mask.place, all.counters->step, all.counters->key, first);
    for (std::size_t j = 0; j < length; ++j) to[j] = mask.value(words[j]);
  }
}

}  // namespace STRATA_NAMESPACE::detail
