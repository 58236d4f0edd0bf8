#pragma once
// In which numbers matrices are multiplied: the third parameter of the Thrust backend.
//
//   Network<Classifier, Sequence<28>, Cuda<float, BFloat16>> net{Seed{42}};
//
// A policy concerns the factors of matrix products alone. Weights, their gradients and everything element-wise stay
// floats, and products are summed in floats (Micikevicius et al. 2018, "Mixed precision training"; bfloat16 has the
// range of a float, so the loss is not scaled).

#include <strata/core/precision.hpp>

#include <concepts>
#include <type_traits>

namespace STRATA_NAMESPACE {

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
