#pragma once
// Counting elements of a shape that a file claims, without overflow.

#include <strata/core/config.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>

namespace STRATA_NAMESPACE::io {

/// The product of the extents (1 without any), or nothing when no memory could hold the array.
///
/// A zero counts as one for that check, so that strides, which leave it out, cannot overflow either.
inline std::optional<std::size_t> element_count(std::span<const std::size_t> shape) {
  constexpr std::size_t widest = 16;  // bytes of the widest element: the size in bytes must fit as well
  constexpr std::size_t limit = std::numeric_limits<std::ptrdiff_t>::max() / widest;
  std::size_t product = 1;
  bool empty = false;
  for (const std::size_t extent : shape) {
    empty = empty || extent == 0;
    const std::size_t factor = std::max<std::size_t>(extent, 1);
    if (factor > limit / product) return std::nullopt;
    product *= factor;
  }
  return empty ? 0 : product;
}

}  // namespace STRATA_NAMESPACE::io
