#pragma once
// Buckets: an order of ragged samples in which those of a batch have nearly one length, so that a batch is computed in
// few steps more than its samples have (Khomenko et al. 2016, "Accelerating recurrent neural network training using
// sequence bucketing and multi-GPU data parallelization").

#include <strata/train/data_order.hpp>

#include <algorithm>
#include <utility>
#include <vector>

namespace STRATA_NAMESPACE {

/// Sorts each stretch of `bucket` batches of an order by the lengths of its samples; samples of one length stay in
/// their order.
inline void sort_buckets(std::span<std::size_t> order, const std::uint32_t* lengths, std::size_t batch_size,
                         std::size_t bucket) {
  const std::size_t samples = batch_size * std::min(bucket, order.size());
  const std::vector<std::size_t> before(order.begin(), order.end());
  std::vector<std::pair<std::uint32_t, std::size_t>> ranks(order.size());  // length and place
  for (std::size_t i = 0; i < ranks.size(); ++i) ranks[i] = {lengths[order[i]], i};
  for (std::size_t first = 0; first < order.size(); first += samples) {
    const auto part = std::span(ranks).subspan(first, std::min(samples, order.size() - first));
    std::sort(part.begin(), part.end());
  }
  for (std::size_t i = 0; i < ranks.size(); ++i) order[i] = before[ranks[i].second];
}

/// Puts whole batches in a new order, by Philox words of an epoch of a fit; what is left at the end stays there.
inline void shuffle_batches(std::span<std::size_t> order, std::size_t batch_size, PhiloxKey key, std::uint64_t fit,
                            std::uint64_t epoch) {
  const std::vector<std::size_t> before(order.begin(), order.end());
  std::vector<std::size_t> batches(order.size() / batch_size);
  shuffle_order(batches, key, fit, epoch, Shuffled::batches);
  for (std::size_t b = 0; b < batches.size(); ++b)
    std::copy_n(before.data() + batches[b] * batch_size, batch_size, order.data() + b * batch_size);
}

}  // namespace STRATA_NAMESPACE
