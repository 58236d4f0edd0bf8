#pragma once
// All operations of the Thrust backend.

#include <strata/backend/thrust/clip_norm.hpp>
#include <strata/backend/thrust/cross_entropy.hpp>
#include <strata/backend/thrust/gather.hpp>
#include <strata/backend/thrust/gather_rows.hpp>
#include <strata/backend/thrust/hits.hpp>
#include <strata/backend/thrust/lstm_sequence.hpp>
#include <strata/backend/thrust/map.hpp>
#include <strata/backend/thrust/map_rows.hpp>
#include <strata/backend/thrust/masked_map.hpp>
#include <strata/backend/thrust/matmul.hpp>
#include <strata/backend/thrust/past_end.hpp>
#include <strata/backend/thrust/reduce_all.hpp>
#include <strata/backend/thrust/reduce_rows.hpp>
#include <strata/backend/thrust/reverse_steps.hpp>
#include <strata/backend/thrust/scatter_add.hpp>
#include <strata/backend/thrust/squared_error.hpp>
#include <strata/backend/thrust/time_major.hpp>
