#pragma once
// In which numbers matrices are multiplied: the third parameter of the Thrust backend.
//
//   Network<Classifier, Sequence<28>, Cuda<float, BFloat16>> net{Seed{42}};
//
// A policy concerns the factors of matrix products alone. Weights, their gradients and everything element-wise stay
// floats, and products are summed in floats (Micikevicius et al. 2018, "Mixed precision training"; bfloat16 has the
// range of a float, so the loss is not scaled).

#include <strata/core/narrow.hpp>

#include <concepts>
#include <type_traits>

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

namespace detail {
template <class T, class Products>
struct ProductsFit {
  static_assert(
      !Rounding<Products> || std::is_same_v<T, float>,
      "strata::Thrust: TensorFloat32 and BFloat16 are for networks of float. Common mistake: double, which is "
      "chosen for its precision.");
};
}  // namespace detail

}  // namespace STRATA_NAMESPACE
