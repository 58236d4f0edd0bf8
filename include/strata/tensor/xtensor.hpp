#pragma once
// The one door to xtensor: Debian's 0.24 keeps its headers in one folder, 0.26 and later in several.

#include <strata/core/config.hpp>

#if __has_include(<xtensor/containers/xtensor.hpp>)
#include <xtensor/containers/xadapt.hpp>
#include <xtensor/containers/xtensor.hpp>
#elif __has_include(<xtensor/xtensor.hpp>)
#include <xtensor/xadapt.hpp>
#include <xtensor/xtensor.hpp>
#else
#error \
    "strata: xtensor is missing. Install it (Debian and Ubuntu: apt-get install libxtensor-dev libxsimd-dev) or add its include folder with -I."
#endif
