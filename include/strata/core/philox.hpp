#pragma once
// Counter-based random numbers: Philox 4x32-10 of Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as
// easy as 1, 2, 3" (SC11). A number depends on its counter and key alone, so a mask is the same on every
// backend, for every number of threads and every split of a batch, and can be recomputed instead of stored.
//
// A value for (step, place, time, sample, column) is word `column mod 4` of the block with the counter
//   { column / 4, sample, time | place << 20, step }          time < 2^20, place < 2^12
// under the seed as key. Uniform and normal values have the same bits on every compiler and processor: the
// arithmetic is + - * / sqrt and explicit std::fma, arranged so that no a * b + c is left for a compiler to
// contract: products that feed a sum outside fma are by powers of two, hence exact.

#include <strata/core/error.hpp>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>

namespace STRATA_NAMESPACE {

/// The key of a stream: the two halves of a seed.
struct PhiloxKey {
  std::uint32_t a = 0;
  std::uint32_t b = 0;
};

/// Where in a network a random number is used: one number for each mask or initialiser, below 4096.
struct RandomSite {
  std::uint32_t place = 0;
};

/// A layer has so many places for masks and noise; the first of the one at `position` is position · masks_a_layer.
inline constexpr std::uint32_t masks_a_layer = 8;
constexpr std::uint32_t mask_place(std::uint32_t position, std::size_t number = 0) {
  return position * masks_a_layer + static_cast<std::uint32_t>(number);
}

/// Throws ValueError where a sequence has more steps than the counters of masks have numbers for; `where` names the
/// caller.
inline void check_mask_steps(std::size_t steps, const char* where) {
  constexpr std::size_t most = std::size_t{1} << 20;
  if (steps <= most) return;
  throw ValueError(std::string("strata: ") + where + " was given sequences of " + std::to_string(steps) +
                   " steps, but masks are numbered for " + std::to_string(most) + " at most: cut them");
}

/// The key for a seed: low half first.
constexpr PhiloxKey philox_key(std::uint64_t seed) {
  return {static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)};
}

/// A counter, or the words it stands for. Not std::array, whose functions device code should not call.
struct PhiloxBlock {
  std::uint32_t words[4]{};
  constexpr std::uint32_t operator[](std::size_t i) const { return words[i]; }
  friend constexpr bool operator==(const PhiloxBlock&, const PhiloxBlock&) = default;
};

/// The counter of the block that holds columns 4 * (column / 4) and the three after it.
constexpr PhiloxBlock philox_counter(std::size_t column, std::uint32_t sample, std::uint32_t time, std::uint32_t place,
                                     std::uint32_t step) {
  return {{static_cast<std::uint32_t>(column / 4), sample, time | place << 20, step}};
}

namespace detail {

/// One round in place. The multipliers are those of the paper's Philox4x32.
constexpr void philox_round(std::uint32_t& x0, std::uint32_t& x1, std::uint32_t& x2, std::uint32_t& x3, PhiloxKey key) {
  const std::uint64_t product0 = std::uint64_t{0xD2511F53} * x0;
  const std::uint64_t product1 = std::uint64_t{0xCD9E8D57} * x2;
  x0 = static_cast<std::uint32_t>(product1 >> 32) ^ x1 ^ key.a;
  x2 = static_cast<std::uint32_t>(product0 >> 32) ^ x3 ^ key.b;
  x1 = static_cast<std::uint32_t>(product1);
  x3 = static_cast<std::uint32_t>(product0);
}

/// The key of the next round: Weyl sequences of the golden ratio and of the square root of 3.
constexpr PhiloxKey philox_next(PhiloxKey key) { return {key.a + 0x9E3779B9u, key.b + 0xBB67AE85u}; }

}  // namespace detail

/// Four independent words for a counter.
constexpr PhiloxBlock philox(const PhiloxBlock& counter, PhiloxKey key) {
  std::uint32_t x0 = counter[0], x1 = counter[1], x2 = counter[2], x3 = counter[3];
  for (int round = 0; round < 10; ++round) {
    detail::philox_round(x0, x1, x2, x3, key);
    key = detail::philox_next(key);
  }
  return {{x0, x1, x2, x3}};
}

/// The words of `columns` columns of one sample from `first_column` on, a multiple of 4. Works on 32 blocks at
/// a time so that compilers vectorise the rounds: fewer are unrolled instead, more waste time on narrow rows.
inline void philox_words(std::uint32_t* out, std::size_t columns, std::uint32_t sample, std::uint32_t time,
                         std::uint32_t place, std::uint32_t step, PhiloxKey key,
                         std::size_t first_column = 0) noexcept {
  constexpr std::size_t blocks = 32;
  std::uint32_t x0[blocks], x1[blocks], x2[blocks], x3[blocks], words[4 * blocks];
  for (std::size_t first = 0; first < columns; first += 4 * blocks) {
    const auto start = philox_counter(first_column + first, sample, time, place, step);
    for (std::size_t i = 0; i < blocks; ++i) {
      x0[i] = start[0] + static_cast<std::uint32_t>(i);
      x1[i] = start[1];
      x2[i] = start[2];
      x3[i] = start[3];
    }
    PhiloxKey round_key = key;
    for (int round = 0; round < 10; ++round) {
      for (std::size_t i = 0; i < blocks; ++i) detail::philox_round(x0[i], x1[i], x2[i], x3[i], round_key);
      round_key = detail::philox_next(round_key);
    }
    for (std::size_t i = 0; i < blocks; ++i) {
      words[4 * i] = x0[i];
      words[4 * i + 1] = x1[i];
      words[4 * i + 2] = x2[i];
      words[4 * i + 3] = x3[i];
    }
    std::copy_n(words, std::min(columns - first, 4 * blocks), out + first);
  }
}

/// A number in [0, 1), a multiple of 2^-24 for float and of 2^-32 for double.
template <class T>
constexpr T uniform(std::uint32_t word) {
  if constexpr (sizeof(T) == 4) {
    return static_cast<T>(word >> 8) * static_cast<T>(0x1p-24);
  } else {
    return static_cast<T>(word) * static_cast<T>(0x1p-32);
  }
}

/// Dropping with probability `rate` in [0, 1] keeps what has word >= this threshold.
constexpr std::uint32_t bernoulli_keep_threshold(double rate) {
  if (!(rate > 0)) return 0;
  const double threshold = rate * 0x1p32;
  return threshold < 0x1p32 ? static_cast<std::uint32_t>(threshold) : 0xFFFFFFFFu;
}

namespace detail {

/// c[0] + c[1] x + c[2] x² + …
template <std::size_t Size>
constexpr double polynomial(const double (&c)[Size], double x) {
  double sum = c[Size - 1];
  for (std::size_t i = Size - 1; i > 0; --i) sum = std::fma(sum, x, c[i - 1]);
  return sum;
}

/// log(x) for normal positive x: x = m 2^e with m in [2/3, 4/3], log m = 2 atanh((m - 1) / (m + 1)).
constexpr double reproducible_log(double x) {
  // |s| <= 1/5: the first term left out is below 2e-17.
  constexpr double series[] = {1.0,      1.0 / 3,  1.0 / 5,  1.0 / 7,  1.0 / 9, 1.0 / 11,
                               1.0 / 13, 1.0 / 15, 1.0 / 17, 1.0 / 19, 1.0 / 21};
  const auto bits = std::bit_cast<std::uint64_t>(x);
  // 0x3FE5555555555555 is 2/3: what is left above it is the exponent.
  const auto above = static_cast<std::int64_t>(bits - 0x3FE5555555555555u) >> 52;
  const double m = std::bit_cast<double>(bits - (static_cast<std::uint64_t>(above) << 52));
  const double s = (m - 1) / (m + 1);
  return std::fma(static_cast<double>(above), 0x1.62e42fefa39efp-1, 2 * s * polynomial(series, s * s));
}

/// The quantile function of the standard normal distribution for p in (1.4e-11, 1 - 1.4e-11): Wichura,
/// "Algorithm AS 241: the percentage points of the normal distribution" (1988), PPND16, relative error 1e-16.
constexpr double normal_quantile(double p) {
  constexpr double a[] = {3.3871328727963666080,   1.3314166789178437745e2, 1.9715909503065514427e3,
                          1.3731693765509461125e4, 4.5921953931549871457e4, 6.7265770927008700853e4,
                          3.3430575583588128105e4, 2.5090809287301226727e3};
  constexpr double b[] = {1.0,
                          4.2313330701600911252e1,
                          6.8718700749205790830e2,
                          5.3941960214247511077e3,
                          2.1213794301586595867e4,
                          3.9307895800092710610e4,
                          2.8729085735721942674e4,
                          5.2264952788528545610e3};
  constexpr double c[] = {1.42343711074968357734,    4.63033784615654529590,   5.76949722146069140550,
                          3.64784832476320460504,    1.27045825245236838258,   2.41780725177450611770e-1,
                          2.27238449892691845833e-2, 7.74545014278341407640e-4};
  constexpr double d[] = {1.0,
                          2.05319162663775882187,
                          1.67638483018380384940,
                          6.89767334985100004550e-1,
                          1.48103976427480074590e-1,
                          1.51986665636164571966e-2,
                          5.47593808499534494600e-4,
                          1.05075007164441684324e-9};
  const double q = p - 0.5;
  if (q >= -0.425 && q <= 0.425) {
    const double r = std::fma(-q, q, 0.180625);
    return q * polynomial(a, r) / polynomial(b, r);
  }
  const double tail = q < 0 ? p : 1 - p;
  const double r = std::sqrt(-reproducible_log(tail)) - 1.6;
  const double value = polynomial(c, r) / polynomial(d, r);
  return q < 0 ? -value : value;
}

}  // namespace detail

/// A standard normal number for a word, by inversion: strictly increasing in the word for double, |z| < 6.4.
template <class T>
constexpr T normal(std::uint32_t word) {
  return static_cast<T>(detail::normal_quantile((static_cast<double>(word) + 0.5) * 0x1p-32));
}

}  // namespace STRATA_NAMESPACE
