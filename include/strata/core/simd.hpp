#pragma once
// The one door to xsimd: Debian's 8.1 and everything newer up to 14 look the same behind it.
//
// The functions live in `lanes` and are called by that name: xsimd has functions of the same names, which
// argument-dependent lookup would find as well.

#include <strata/core/config.hpp>

#if __has_include(<xsimd/xsimd.hpp>)
// g++ 12 takes the undefined registers of its own AVX-512 intrinsics for uninitialised variables (GCC bug
// 105593). The pragma must be in force where the intrinsics are first read; it can go with g++ 12.
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wuninitialized"
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif
#include <xsimd/xsimd.hpp>
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic pop
#endif
#else
#error \
    "strata: xsimd is missing. Install it (Debian and Ubuntu: apt-get install libxsimd-dev) or add its include folder with -I."
#endif

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

namespace STRATA_NAMESPACE {

/// A register of `T`s: xsimd's batch for the instruction set the unit is compiled for.
template <class T, class Arch = xsimd::default_arch>
using simd = xsimd::batch<T, Arch>;

/// How many `T`s a register holds.
template <class T, class Arch = xsimd::default_arch>
inline constexpr std::size_t simd_width = simd<T, Arch>::size;

}  // namespace STRATA_NAMESPACE

namespace STRATA_NAMESPACE::lanes {

namespace detail {

/// Whether V is 64 bytes of T, the registers of AVX-512.
template <class V, class T>
inline constexpr bool wide = std::is_same_v<typename V::value_type, T> && sizeof(V) == 64;

/// A mask whose lowest `count` bits are set; count < 32.
constexpr std::uint32_t first_bits(std::size_t count) { return (std::uint32_t{1} << count) - 1; }

}  // namespace detail

/// a * b + c, rounded once wherever the processor can: xsimd 8.1 has no form for AVX-512 and for floats on Arm.
template <class T, class Arch>
inline simd<T, Arch> fma(const simd<T, Arch>& a, const simd<T, Arch>& b, const simd<T, Arch>& c) noexcept {
#if defined(__AVX512F__)
  if constexpr (detail::wide<simd<T, Arch>, float>) {
    return simd<T, Arch>(_mm512_fmadd_ps(a, b, c));
  } else if constexpr (detail::wide<simd<T, Arch>, double>) {
    return simd<T, Arch>(_mm512_fmadd_pd(a, b, c));
  } else {
    return xsimd::fma(a, b, c);
  }
#elif defined(__aarch64__)
  if constexpr (std::is_same_v<T, float>) {
    return simd<T, Arch>(vfmaq_f32(c, a, b));
  } else {
    return xsimd::fma(a, b, c);
  }
#else
  return xsimd::fma(a, b, c);
#endif
}

/// `size`, which is not negative, with the sign of `sign`: one operation less than xsimd's copysign.
template <class T, class Arch>
inline simd<T, Arch> with_sign(const simd<T, Arch>& size, const simd<T, Arch>& sign) noexcept {
  return size | (sign & simd<T, Arch>(T(-0.0)));
}

/// a / b, rounded once: xsimd 8.1's quotient of floats on Arm is a product with an estimate.
template <class T, class Arch>
[[gnu::always_inline]] inline simd<T, Arch> divide(const simd<T, Arch>& a, const simd<T, Arch>& b) noexcept {
#if defined(__aarch64__)
  if constexpr (std::is_same_v<T, float>) return simd<T, Arch>(vdivq_f32(a, b));
  else return a / b;
#else
  return a / b;
#endif
}

/// v, loaded once: without this a compiler makes every use of it a load of its own, as an operand in memory, and loops
/// with many uses wait for loads. Measured with g++ 12; nvcc does not know the constraint.
template <class T, class Arch>
[[gnu::always_inline]] inline simd<T, Arch> loaded_once(simd<T, Arch> v) noexcept {
#if defined(__x86_64__) && !defined(__CUDACC__)
  auto bits = static_cast<typename simd<T, Arch>::register_type>(v);
#if defined(__AVX512F__)
  asm("" : "+v"(bits));
#else
  asm("" : "+x"(bits));
#endif
  return simd<T, Arch>(bits);
#else
  return v;
#endif
}

/// -|v|.
template <class T, class Arch>
inline simd<T, Arch> negative(const simd<T, Arch>& v) noexcept {
  return v | simd<T, Arch>(T(-0.0));
}

/// The sum of all lanes.
template <class T, class Arch>
inline T reduce_add(const simd<T, Arch>& v) noexcept {
#if XSIMD_VERSION_MAJOR < 9
  return xsimd::hadd(v);
#else
  return xsimd::reduce_add(v);
#endif
}

/// The register at `from`, of any alignment.
template <class T, class Arch = xsimd::default_arch>
inline simd<T, Arch> load(const T* from) noexcept {
  return simd<T, Arch>::load_unaligned(from);
}

/// Writes all lanes to `to`, of any alignment.
template <class T, class Arch>
inline void store(T* to, const simd<T, Arch>& v) noexcept {
  v.store_unaligned(to);
}

/// The first `count` <= width elements at `from`; the other lanes are `fill`. Reads nothing beyond them.
template <class T, class Arch = xsimd::default_arch>
inline simd<T, Arch> load_first(const T* from, std::size_t count, T fill = T(0)) noexcept {
  using V = simd<T, Arch>;
#if defined(__AVX512F__)
  if constexpr (detail::wide<V, float>) {
    const auto mask = static_cast<__mmask16>(detail::first_bits(count));
    return V(_mm512_mask_loadu_ps(V(fill), mask, from));
  } else if constexpr (detail::wide<V, double>) {
    const auto mask = static_cast<__mmask8>(detail::first_bits(count));
    return V(_mm512_mask_loadu_pd(V(fill), mask, from));
  }
#endif
  T padded[V::size];
  V(fill).store_unaligned(padded);
  std::memcpy(padded, from, count * sizeof(T));
  return V::load_unaligned(padded);
}

/// Writes the first `count` <= width lanes to `to` and nothing beyond them.
template <class T, class Arch>
inline void store_first(T* to, const simd<T, Arch>& v, std::size_t count) noexcept {
  using V = simd<T, Arch>;
#if defined(__AVX512F__)
  if constexpr (detail::wide<V, float>) {
    _mm512_mask_storeu_ps(to, static_cast<__mmask16>(detail::first_bits(count)), v);
    return;
  } else if constexpr (detail::wide<V, double>) {
    _mm512_mask_storeu_pd(to, static_cast<__mmask8>(detail::first_bits(count)), v);
    return;
  }
#endif
  T padded[V::size];
  v.store_unaligned(padded);
  std::memcpy(to, padded, count * sizeof(T));
}

}  // namespace STRATA_NAMESPACE::lanes

// Behind all else, so that no unit computes functions of a register without it.
#include <strata/core/simd_math.hpp>
