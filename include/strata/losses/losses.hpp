#pragma once
// All losses.

#include <strata/losses/cross_entropy.hpp>
#include <strata/losses/distill.hpp>
#include <strata/losses/mean_squared_error.hpp>
#include <strata/losses/softened.hpp>
