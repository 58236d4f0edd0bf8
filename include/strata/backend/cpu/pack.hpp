#pragma once
// Packing for the matrix product: panels in which what a kernel reads together lies together, padded with zeros.
//
//   packed[p, i] = op(M)[first + i, p]      [depth][stride], i < count; 0 for count <= i < stride

#include <strata/core/simd.hpp>

#include <algorithm>
#include <cstddef>
#include <utility>

namespace STRATA_NAMESPACE {
namespace detail {

/// Interleaves the halves of two registers: half 0 gives a0 b0 a1 b1 …, half 1 goes on from the middle.
template <std::size_t Half, class V, std::size_t... I>
[[gnu::always_inline]] inline V interleave(const V& a, const V& b, std::index_sequence<I...>) {
  constexpr std::size_t size = sizeof...(I);
#if defined(__CUDACC__)  // nvcc 13 loses the pack on the way to the host compiler: go through memory
  using T = typename V::value_type;
  T from[2][size], to[size];
  lanes::store(from[0], a);
  lanes::store(from[1], b);
  ((to[I] = from[I % 2][Half * size / 2 + I / 2]), ...);
  return lanes::load<T, typename V::arch_type>(to);
#else
  using Register = typename V::register_type;
  return V(Register(__builtin_shufflevector(static_cast<Register>(a), static_cast<Register>(b),
                                            static_cast<int>(I % 2 * size + Half * size / 2 + I / 2)...)));
#endif
}

/// Transposes a square of registers: each perfect shuffle of the rows moves one bit of the row number into
/// the column number, so log2(size) of them exchange the two.
template <class V>
inline void transpose(V (&rows)[V::size]) {
  constexpr auto lanes = std::make_index_sequence<V::size>{};
  for (std::size_t stage = 1; stage < V::size; stage *= 2) {
    V next[V::size];
    for (std::size_t i = 0; i < V::size / 2; ++i) {
      next[2 * i] = interleave<0>(rows[i], rows[i + V::size / 2], lanes);
      next[2 * i + 1] = interleave<1>(rows[i], rows[i + V::size / 2], lanes);
    }
    std::copy_n(next, V::size, rows);
  }
}

/// packed[p, i] = from[p, i] for i < count, and 0 up to `stride`.
template <class T, class Arch>
void pack_rows(T* packed, std::size_t stride, const T* from, std::size_t ld, std::size_t count, std::size_t depth) {
  constexpr std::size_t width = simd_width<T, Arch>;
  for (std::size_t p = 0; p < depth; ++p, packed += stride, from += ld) {
    std::size_t i = 0;
    for (; i + width <= count; i += width) lanes::store(packed + i, lanes::load<T, Arch>(from + i));
    for (; i < stride; i += width) {
      const std::size_t left = i < count ? count - i : 0;
      lanes::store(packed + i, lanes::load_first<T, Arch>(from + std::min(i, count), left));
    }
  }
}

/// packed[p, i] = from[i, p] for i < count, and 0 up to `padded` <= stride.
template <class T, class Arch>
void pack_columns(T* packed, std::size_t stride, std::size_t padded, const T* from, std::size_t ld, std::size_t count,
                  std::size_t depth) {
  constexpr std::size_t width = simd_width<T, Arch>;
  for (std::size_t p = 0; p < depth; p += width) {
    const std::size_t steps = std::min(width, depth - p);
    for (std::size_t i = 0; i < padded; i += width) {
      simd<T, Arch> square[width];
      for (std::size_t r = 0; r < width; ++r) {
        if (i + r >= count) {
          square[r] = simd<T, Arch>(T(0));
        } else if (steps == width) {
          square[r] = lanes::load<T, Arch>(from + (i + r) * ld + p);
        } else {
          square[r] = lanes::load_first<T, Arch>(from + (i + r) * ld + p, steps);
        }
      }
      transpose(square);
      for (std::size_t s = 0; s < steps; ++s) lanes::store(packed + (p + s) * stride + i, square[s]);
    }
  }
}

}  // namespace detail

/// Packs `count` rows of op(A) or columns of op(B) from number `first` on, over [p, p + depth) of k, which
/// runs along the rows in memory when `k_contiguous`.
template <class T, class Arch>
void pack(T* packed, std::size_t stride, const T* from, std::size_t ld, bool k_contiguous, std::size_t first,
          std::size_t count, std::size_t p, std::size_t depth) {
  if (depth == 0) return;  // the operand may be null
  if (k_contiguous) {
    detail::pack_columns<T, Arch>(packed, stride, stride, from + first * ld + p, ld, count, depth);
  } else {
    detail::pack_rows<T, Arch>(packed, stride, from + p * ld + first, ld, count, depth);
  }
}

}  // namespace STRATA_NAMESPACE
