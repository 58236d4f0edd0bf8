#pragma once
// The loops behind the ceilings: multiplications and additions in registers, reading, copying.

#include <strata/core/simd.hpp>

#include <cstddef>
#include <cstring>
#include <utility>

namespace loops {

#if defined(__AVX512F__)
using Register = __m512;
inline Register set(float x) { return _mm512_set1_ps(x); }
inline Register load(const float* p) { return _mm512_load_ps(p); }
inline Register fma(Register a, Register b, Register c) { return _mm512_fmadd_ps(a, b, c); }
inline Register add(Register a, Register b) { return _mm512_add_ps(a, b); }
inline float sum(Register a) { return _mm512_reduce_add_ps(a); }
inline void stream(float* p, Register a) { _mm512_stream_ps(p, a); }
#elif defined(__AVX2__) && defined(__FMA__)
using Register = __m256;
inline Register set(float x) { return _mm256_set1_ps(x); }
inline Register load(const float* p) { return _mm256_load_ps(p); }
inline Register fma(Register a, Register b, Register c) { return _mm256_fmadd_ps(a, b, c); }
inline Register add(Register a, Register b) { return _mm256_add_ps(a, b); }
inline float sum(Register a) {
  alignas(32) float lanes[8];
  _mm256_store_ps(lanes, a);
  return lanes[0] + lanes[1] + lanes[2] + lanes[3] + lanes[4] + lanes[5] + lanes[6] + lanes[7];
}
inline void stream(float* p, Register a) { _mm256_stream_ps(p, a); }
#else
using Register = strata::simd<float>;
inline Register set(float x) { return Register(x); }
inline Register load(const float* p) { return strata::lanes::load<float>(p); }
inline Register fma(Register a, Register b, Register c) { return strata::lanes::fma(a, b, c); }
inline Register add(Register a, Register b) { return a + b; }
inline float sum(Register a) { return strata::lanes::reduce_add(a); }
inline void stream(float* p, Register a) { strata::lanes::store(p, a); }
#endif
inline constexpr std::size_t width = sizeof(Register) / sizeof(float);

/// What a loop computed goes here, so that it is computed.
inline volatile float result;

/// x = x · a + b in so many registers at once, each waiting for itself alone.
template <std::size_t... Chain>
void multiply_add(std::size_t times, std::index_sequence<Chain...>) {
  const float start = 1 + result * 0;
  const Register a = set(0.5F * start), b = set(0.25F * start);
  Register x[] = {set(start + static_cast<float>(Chain))...};
  for (std::size_t i = 0; i < times; ++i) ((x[Chain] = fma(x[Chain], a, b)), ...);
  result = (sum(x[Chain]) + ...);
}

/// The same with one factor from memory that stays in L1, as in a matrix product.
template <std::size_t... Chain>
void multiply_add_loaded(std::size_t times, const float* from, std::index_sequence<Chain...>) {
  const Register a = set(0.5F);
  Register x[] = {set(static_cast<float>(Chain))...};
  for (std::size_t i = 0; i < times; ++i) {
    const Register b = load(from + i % 64 * width);
    ((x[Chain] = fma(a, b, x[Chain])), ...);
  }
  result = (sum(x[Chain]) + ...);
}

/// Reads `count` floats, a multiple of the chains' width, and adds them up.
template <std::size_t... Chain>
void read(const float* from, std::size_t count, std::index_sequence<Chain...>) {
  Register x[] = {((void)Chain, set(0))...};
  for (std::size_t i = 0; i < count; i += sizeof...(Chain) * width)
    ((x[Chain] = add(x[Chain], load(from + i + Chain * width))), ...);
  result = (sum(x[Chain]) + ...);
}

inline void copy(float* to, const float* from, std::size_t count) { std::memcpy(to, from, count * sizeof(float)); }

/// Past the caches.
inline void copy_streaming(float* to, const float* from, std::size_t count) {
  for (std::size_t i = 0; i < count; i += width) stream(to + i, load(from + i));
}

}  // namespace loops
