#pragma once
// Everything but a backend; the doors strata.hpp and thrust.hpp add one.

#include <strata/init/init.hpp>
#include <strata/layers/layers.hpp>
#include <strata/losses/losses.hpp>
#include <strata/network/budget.hpp>
#include <strata/network/network.hpp>
#include <strata/network/summary.hpp>
#include <strata/optim/optim.hpp>
#include <strata/train/dataset.hpp>
#include <strata/train/gradient_monitor.hpp>
#include <strata/train/trainer.hpp>
