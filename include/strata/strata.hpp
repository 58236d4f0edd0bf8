#pragma once
// Strata: neural networks as types. Layers, losses, optimizers, training, and the CPU backend; no files, no streams.

#include <strata/backend/cpu/bfloat16.hpp>
#include <strata/library.hpp>
