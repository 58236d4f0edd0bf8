#pragma once
// Four neighbouring elements a thread: on a device bandwidth comes from bytes in flight, and one load of 16 bytes asks
// for as much as four of 4.

#include <strata/ops/operand.hpp>

#include <cstddef>
#include <cstdint>

namespace STRATA_NAMESPACE::detail {

/// What a device loads and stores at once.
inline constexpr std::size_t widest_load = 16;

/// Four elements that begin where a wide load may.
template <class T>
struct alignas(widest_load) AlignedFour {
  Pack<T, 4> elements;
};

/// How many fours there are of so many elements; the last may have fewer.
constexpr std::size_t fours_of(std::size_t count) { return (count + 3) / 4; }

/// Whether fours of a dense array may be loaded whole.
template <class T>
bool fours_aligned(const T* data) {
  return reinterpret_cast<std::uintptr_t>(data) % widest_load == 0;
}

/// `count` of four elements, 0 for the rest. Whole: all four, aligned; then that is one load, or two of double.
template <bool Whole, class T>
constexpr Pack<T, 4> load_four(const T* from, [[maybe_unused]] std::size_t count) {
  if constexpr (Whole) {
    const AlignedFour<T> four = *reinterpret_cast<const AlignedFour<T>*>(from);  // copied whole, else nvcc copies four
    return four.elements;
  } else {
    Pack<T, 4> four;
    for (std::size_t j = 0; j != 4; ++j) four[j] = j < count ? from[j] : T(0);
    return four;
  }
}

template <bool Whole, class T>
constexpr void store_four(T* to, const Pack<T, 4>& four, [[maybe_unused]] std::size_t count) {
  if constexpr (Whole) {
    const AlignedFour<T> aligned{four};
    *reinterpret_cast<AlignedFour<T>*>(to) = aligned;
  } else {
    for (std::size_t j = 0; j != 4; ++j) {
      if (j < count) to[j] = four[j];
    }
  }
}

}  // namespace STRATA_NAMESPACE::detail
