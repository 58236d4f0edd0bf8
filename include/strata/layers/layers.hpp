#pragma once
// All layers and containers.

#include <strata/layers/batch_norm.hpp>
#include <strata/layers/dropout.hpp>
#include <strata/layers/elu.hpp>
#include <strata/layers/gaussian_noise.hpp>
#include <strata/layers/last_step.hpp>
#include <strata/layers/leaky_relu.hpp>
#include <strata/layers/linear.hpp>
#include <strata/layers/lstm.hpp>
#include <strata/layers/max_over_time.hpp>
#include <strata/layers/mean_over_time.hpp>
#include <strata/layers/relu.hpp>
#include <strata/layers/residual.hpp>
#include <strata/layers/sequential.hpp>
#include <strata/layers/sigmoid.hpp>
#include <strata/layers/tanh.hpp>
#include <strata/layers/with.hpp>
