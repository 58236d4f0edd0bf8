#pragma once
// The IEEE half of weight files, widened to float: it fits exactly. The other 16-bit format is core/narrow.hpp's.
//
// float16 (IEEE 754 binary16): 1 sign bit, 5 exponent bits (bias 15), 10 fraction bits.

#include <strata/core/config.hpp>

#include <bit>
#include <cmath>
#include <cstdint>

namespace STRATA_NAMESPACE::io {

/// The value of an IEEE half given by its bits, subnormals, infinities and NaN included.
inline float float16_to_float(std::uint16_t bits) {
  const std::uint32_t sign = (bits & 0x8000U) << 16U;
  const std::uint32_t exponent = (bits >> 10U) & 0x1fU;
  const std::uint32_t fraction = bits & 0x3ffU;
  if (exponent == 0) {
    const float magnitude = std::ldexp(static_cast<float>(fraction), -24);  // steps of 2^-14 / 2^10
    return sign != 0 ? -magnitude : magnitude;
  }
  const std::uint32_t wide = exponent == 0x1fU ? 0xffU : exponent + (127U - 15U);
  return std::bit_cast<float>(sign | (wide << 23U) | (fraction << 13U));
}

}  // namespace STRATA_NAMESPACE::io
