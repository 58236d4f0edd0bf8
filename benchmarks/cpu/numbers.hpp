#pragma once
// Numbers to compute with.

#include <strata/init/uniform.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

/// Standard normal numbers; after the first 2^20 they come again.
inline std::vector<float> normal_numbers(std::size_t count, std::uint64_t seed) {
  std::vector<float> values(count);
  strata::InitialRandom random(strata::philox_key(seed));
  const std::size_t drawn = std::min(count, std::size_t{1} << 20U);
  for (std::size_t i = 0; i < drawn; ++i) values[i] = static_cast<float>(random.normal());
  for (std::size_t i = drawn; i < count; ++i) values[i] = values[i - drawn];
  return values;
}
