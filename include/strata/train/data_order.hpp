#pragma once
// The order of samples in an epoch: a permutation fixed by seed, fit and epoch, the same on every machine.

#include <strata/core/philox.hpp>

#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <utility>

namespace STRATA_NAMESPACE {

/// What is shuffled: each has words of its own.
enum class Shuffled : std::uint32_t { samples = 0xfffffffeu, batches = 0xfffffffdu };

/// Fills `order` with 0 … n - 1, n < 2^32, shuffled (Fisher & Yates) by Philox words of an epoch of a fit.
inline void shuffle_order(std::span<std::size_t> order, PhiloxKey key, std::uint64_t fit, std::uint64_t epoch,
                          Shuffled what = Shuffled::samples) {
  std::iota(order.begin(), order.end(), std::size_t{0});
  for (std::size_t i = order.size(); i > 1; --i) {
    const auto words = philox({{static_cast<std::uint32_t>(i), static_cast<std::uint32_t>(fit),
                                static_cast<std::uint32_t>(epoch), static_cast<std::uint32_t>(what)}},
                              key);
    const std::size_t j = (std::uint64_t{words[0]} * i) >> 32;
    std::swap(order[i - 1], order[j]);
  }
}

}  // namespace STRATA_NAMESPACE
