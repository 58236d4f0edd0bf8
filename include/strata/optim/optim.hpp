#pragma once
// All optimizers, policies and schedules.

#include <strata/optim/adam.hpp>
#include <strata/optim/clip_norm.hpp>
#include <strata/optim/clip_value.hpp>
#include <strata/optim/l1.hpp>
#include <strata/optim/l2.hpp>
#include <strata/optim/schedule.hpp>
#include <strata/optim/sgd.hpp>
