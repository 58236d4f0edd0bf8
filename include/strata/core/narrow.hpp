#pragma once
// Floats with fewer fraction bits, for matrix products and files. All have the 8 exponent bits of a float.
//
//   bfloat16        7 fraction bits, the upper half of a float; to nearest, ties to even
//   TensorFloat-32  10 fraction bits; to nearest, ties away from zero, as NVIDIA's cvt.rna.tf32.f32 does (PTX ISA, cvt)
//
// A NaN stays one, an infinity stays; the largest floats become infinite.

#include <strata/core/config.hpp>

#include <bit>
#include <cstdint>

namespace STRATA_NAMESPACE {

namespace detail {
constexpr bool is_nan_bits(std::uint32_t bits) { return (bits & 0x7fffffffU) > 0x7f800000U; }
inline constexpr std::uint32_t quiet_bit = 0x00400000U;
}  // namespace detail

/// The bits of the nearest bfloat16.
constexpr std::uint16_t to_bfloat16(float x) {
  const auto bits = std::bit_cast<std::uint32_t>(x);
  if (detail::is_nan_bits(bits)) return static_cast<std::uint16_t>((bits | detail::quiet_bit) >> 16U);
  const std::uint32_t odd = (bits >> 16U) & 1U;
  return static_cast<std::uint16_t>((bits + 0x7fffU + odd) >> 16U);
}

/// The value of a bfloat16 given by its bits: exact.
constexpr float bfloat16_to_float(std::uint16_t bits) {
  return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16U);
}

/// The nearest number of TensorFloat-32.
constexpr float to_tensor_float32(float x) {
  const auto bits = std::bit_cast<std::uint32_t>(x);
  const std::uint32_t rounded = detail::is_nan_bits(bits) ? bits | detail::quiet_bit : bits + 0x1000U;
  return std::bit_cast<float>(rounded & ~0x1fffU);
}

}  // namespace STRATA_NAMESPACE
