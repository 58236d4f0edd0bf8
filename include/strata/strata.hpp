#pragma once
// Strata: neural networks as types. Layers, losses, optimizers, training, and the CPU backend; no files, no streams.

#include <strata/backend/cpu/kernels.hpp>
#include <strata/init/init.hpp>
#include <strata/layers/layers.hpp>
#include <strata/losses/losses.hpp>
#include <strata/network/budget.hpp>
#include <strata/network/network.hpp>
#include <strata/network/summary.hpp>
#include <strata/optim/optim.hpp>
#include <strata/train/dataset.hpp>
#include <strata/train/trainer.hpp>
