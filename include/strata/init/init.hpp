#pragma once
// All initialisers.

#include <strata/init/constant_fill.hpp>
#include <strata/init/glorot.hpp>
#include <strata/init/he.hpp>
#include <strata/init/normal.hpp>
#include <strata/init/orthogonal.hpp>
#include <strata/init/uniform.hpp>
