#pragma once
// The door to files: data sets, arrays, weights, pictures. Needs zlib and nlohmann_json.

#include <strata/io/bytes.hpp>
#include <strata/io/checkpoint.hpp>
#include <strata/io/csv.hpp>
#include <strata/io/idx.hpp>
#include <strata/io/npy.hpp>
#include <strata/io/progress.hpp>
#include <strata/io/safetensors.hpp>
#include <strata/io/svg.hpp>
#include <strata/io/weights.hpp>
