#pragma once
// How the CPU kernels call an element functor: on SIMD batches, remainders on a padded batch through the same code, so
// that the bits of a result do not depend on where it stands.

#include <strata/backend/common/apply.hpp>
#include <strata/core/simd.hpp>

namespace STRATA_NAMESPACE::detail {

/// The first `count` elements at `from`, and to `to`; fewer than a register has only at an end.
template <class T, class Arch = xsimd::default_arch>
[[gnu::always_inline]] inline simd<T, Arch> load_some(const T* from, std::size_t count) {
  return count == simd_width<T, Arch> ? lanes::load<T, Arch>(from) : lanes::load_first<T, Arch>(from, count);
}
template <class T, class Arch>
[[gnu::always_inline]] inline void store_some(T* to, const simd<T, Arch>& v, std::size_t count) {
  if (count == simd_width<T, Arch>) lanes::store(to, v);
  else lanes::store_first(to, v, count);
}

/// Elements [at, at + count) of every input; count is below the batch size only at an end.
template <class V, class T, std::size_t N>
[[gnu::always_inline]] inline Pack<V, N> load_all(const Pack<const T*, N>& from, std::size_t at, std::size_t count) {
  Pack<V, N> x;
  for (std::size_t k = 0; k != N; ++k) x[k] = load_some(from[k] + at, count);
  return x;
}

/// body(0), …, body(N - 1) without a loop: g++ 12 keeps what a loop indexes in memory, not in registers.
template <std::size_t N, class Body>
[[gnu::always_inline]] inline void unrolled(Body body) {
  [&]<std::size_t... I>(std::index_sequence<I...>)
      __attribute__((always_inline)) { (body(I), ...); }(std::make_index_sequence<N>{});
}

/// Writes elements [at, at + count) of every output.
template <class V, class T, std::size_t N>
[[gnu::always_inline]] inline void store_all(const Pack<T*, N>& to, std::size_t at, const Pack<V, N>& y,
                                             std::size_t count) {
  unrolled<N>([&](std::size_t k) __attribute__((always_inline)) { store_some(to[k] + at, y[k], count); });
}

}  // namespace STRATA_NAMESPACE::detail
