#pragma once
// Four neighbouring elements a thread: on a device bandwidth comes from bytes in flight, and one load of 16 bytes asks
// for as much as four of 4.

#include <strata/ops/operand.hpp>

#include <cstddef>
#include <cstdint>

namespace STRATA_NAMESPACE::detail {

/// What a device loads and stores at once.
inline constexpr std::size_t widest_load = 16;

/// Neighbours that begin where they may be loaded at once, or `widest_load` bytes of them at once.
template <class T, unsigned N>
struct alignas(N * sizeof(T) < widest_load ? N * sizeof(T) : widest_load) Few {
  T values[N];
};
template <class T>
using Four = Few<T, 4>;

/// Whether such neighbours may begin there.
template <class Neighbours, class T>
bool aligned_for(const T* data) {
  return reinterpret_cast<std::uintptr_t>(data) % alignof(Neighbours) == 0;
}

/// How many fours there are of so many elements; the last may have fewer.
constexpr std::size_t fours_of(std::size_t count) { return (count + 3) / 4; }

/// `count` of four elements, 0 for the rest. Whole: all four, aligned; then that is one load, or two of double.
template <bool Whole, class T>
constexpr Pack<T, 4> load_four(const T* from, [[maybe_unused]] std::size_t count) {
  if constexpr (Whole) {
    const Four<T> four = *reinterpret_cast<const Four<T>*>(from);  // copied whole, else nvcc copies four
    return {{four.values[0], four.values[1], four.values[2], four.values[3]}};
  } else {
    Pack<T, 4> four;
    for (std::size_t j = 0; j != 4; ++j) four[j] = j < count ? from[j] : T(0);
    return four;
  }
}

template <bool Whole, class T>
constexpr void store_four(T* to, const Pack<T, 4>& four, [[maybe_unused]] std::size_t count) {
  if constexpr (Whole) {
    const Four<T> aligned{{four[0], four[1], four[2], four[3]}};
    *reinterpret_cast<Four<T>*>(to) = aligned;
  } else {
    for (std::size_t j = 0; j != 4; ++j) {
      if (j < count) to[j] = four[j];
    }
  }
}

}  // namespace STRATA_NAMESPACE::detail
