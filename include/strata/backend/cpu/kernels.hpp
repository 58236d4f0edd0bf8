#pragma once
// All operations of the CPU backend.

#include <strata/backend/cpu/clip_norm.hpp>
#include <strata/backend/cpu/cpu.hpp>
#include <strata/backend/cpu/cross_entropy.hpp>
#include <strata/backend/cpu/gather.hpp>
#include <strata/backend/cpu/gather_rows.hpp>
#include <strata/backend/cpu/hits.hpp>
#include <strata/backend/cpu/map.hpp>
#include <strata/backend/cpu/map_rows.hpp>
#include <strata/backend/cpu/masked_map.hpp>
#include <strata/backend/cpu/matmul.hpp>
#include <strata/backend/cpu/past_end.hpp>
#include <strata/backend/cpu/recurrence.hpp>
#include <strata/backend/cpu/recurrent_step.hpp>
#include <strata/backend/cpu/reduce_all.hpp>
#include <strata/backend/cpu/reduce_rows.hpp>
#include <strata/backend/cpu/reverse_steps.hpp>
#include <strata/backend/cpu/scatter_add.hpp>
#include <strata/backend/cpu/squared_error.hpp>
#include <strata/backend/cpu/stepwise.hpp>
#include <strata/backend/cpu/time_major.hpp>
#include <strata/backend/cpu/turned_product.hpp>
