#pragma once
// xt::xarray, the array whose rank is known at run time, for every supported compiler.
//
// clang 19 finds two partial specialisations of xtensor 0.24's rebind_container for svector, neither more
// special (P0522, on by default from clang 19); a full specialisation settles it. Can go when xtensor 0.24 is
// not supported.

#include <strata/core/config.hpp>
#include <strata/tensor/xtensor.hpp>

#if __has_include(<xtensor/containers/xarray.hpp>)
#include <xtensor/containers/xarray.hpp>
#else
#include <xtensor/xarray.hpp>
#endif

#include <cstddef>

#if defined(__clang__) && __clang_major__ >= 19 && XTENSOR_VERSION_MAJOR == 0 && XTENSOR_VERSION_MINOR <= 24

template <>
struct xt::rebind_container<std::ptrdiff_t, xt::dynamic_shape<std::size_t>> {
  using type = xt::dynamic_shape<std::ptrdiff_t>;
};

#endif
