#pragma once
// The one door to xtensor: Debian's 0.24 keeps its headers in one folder, 0.26 and later in several.
//
// clang 19 finds two partial specialisations of xtensor 0.24's rebind_container for svector, neither more special
// (P0522, on by default from clang 19); a full specialisation settles it. Can go when xtensor 0.24 is not supported.

#include <strata/core/config.hpp>

#include <cstddef>

#if __has_include(<xtensor/containers/xtensor.hpp>)
#include <xtensor/containers/xadapt.hpp>
#include <xtensor/containers/xarray.hpp>
#include <xtensor/containers/xtensor.hpp>
#elif __has_include(<xtensor/xtensor.hpp>)
#include <xtensor/xadapt.hpp>
#include <xtensor/xarray.hpp>
#include <xtensor/xtensor.hpp>
#else
#error \
    "strata: xtensor is missing. Install it (Debian and Ubuntu: apt-get install libxtensor-dev libxsimd-dev) or add its include folder with -I."
#endif

#if defined(__clang__) && __clang_major__ >= 19 && XTENSOR_VERSION_MAJOR == 0 && XTENSOR_VERSION_MINOR <= 24

template <>
struct xt::rebind_container<std::ptrdiff_t, xt::dynamic_shape<std::size_t>> {
  using type = xt::dynamic_shape<std::ptrdiff_t>;
};

#endif
