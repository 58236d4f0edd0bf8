#pragma once
// In which numbers weights enter products, as types.

#include <strata/core/narrow.hpp>

#include <concepts>

namespace STRATA_NAMESPACE {

/// Matrix products in the numbers of the network.
struct FullPrecision {};

/// Factors in TensorFloat-32. On a GPU the tensor cores are given floats, and how they round is cuBLASLt's business;
/// host systems round to nearest.
struct TensorFloat32 {
  static constexpr float rounded(float x) { return to_tensor_float32(x); }
};

/// Factors in bfloat16, rounded to nearest on every system.
struct BFloat16 {
  static constexpr float rounded(float x) { return bfloat16_to_float(to_bfloat16(x)); }
};

/// Factors are rounded before they are multiplied.
template <class Products>
concept Rounding = requires(float x) {
  { Products::rounded(x) } -> std::same_as<float>;
};

}  // namespace STRATA_NAMESPACE
