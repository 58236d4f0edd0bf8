#pragma once
// How the CPU kernels call an element functor: on SIMD batches, remainders on a padded batch through the same code, so
// that the bits of a result do not depend on where it stands.

#include <strata/backend/common/apply.hpp>
#include <strata/core/simd.hpp>

namespace STRATA_NAMESPACE::detail {

/// Elements [at, at + count) of every input; count is below the batch size only at an end.
template <class V, class T, std::size_t N>
Pack<V, N> load_all(const Pack<const T*, N>& from, std::size_t at, std::size_t count) {
  Pack<V, N> x;
  for (std::size_t k = 0; k != N; ++k)
    x[k] = count == V::size ? lanes::load<T>(from[k] + at) : lanes::load_first<T>(from[k] + at, count);
  return x;
}

}  // namespace STRATA_NAMESPACE::detail
