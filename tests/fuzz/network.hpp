#pragma once
// The network that the fuzz targets load into: small, with weights and statistics.

#include <strata/strata.hpp>

#include <cstring>
#include <span>

namespace fuzz {

using Net =
    strata::Network<strata::Sequential<strata::Linear<2>, strata::BatchNorm>, strata::Features<1>, strata::Cpu<float>>;

inline bool same_bits(std::span<const float> a, std::span<const float> b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size_bytes()) == 0;
}
inline bool same_bits(const Net& a, const Net& b) {
  return same_bits(a.weights(), b.weights()) && same_bits(a.statistics(), b.statistics());
}

}  // namespace fuzz
