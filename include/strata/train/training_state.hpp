#pragma once
// Everything training changes besides the network itself; with the network's tensors it is what a checkpoint holds.

#include <strata/core/counters.hpp>
#include <strata/tensor/buffer.hpp>

#include <array>
#include <cstdint>

namespace STRATA_NAMESPACE {

/// What a step summed up over its batch.
struct BatchTotal {
  double losses = 0;   ///< Σ weight · loss
  double penalty = 0;  ///< of regularization
  double weights = 0;  ///< Σ weights
  /// Per sample; of a batch whose weights are all 0, the penalty alone.
  double mean() const { return (weights == 0 ? 0 : losses / weights) + penalty; }
};

/// Moments, counters, and where a fit stands.
template <class T, std::size_t Moments, class Memory = HostMemory>
struct TrainingState {
  std::array<Buffer<T, Memory>, Moments> moments;
  Counters<T> counters;
  std::uint64_t fit = 0;         ///< fits finished: each shuffles anew
  std::uint64_t epoch = 0;       ///< epochs of this fit finished
  std::uint64_t batch = 0;       ///< batches of this epoch finished
  std::uint64_t samples = 0;     ///< samples this fit trains on
  std::uint64_t batch_size = 0;  ///< and how many of them are a batch
  double loss_sum = 0;           ///< weighted losses of this epoch so far
  double weight_sum = 0;         ///< and their weights
  Buffer<T, Memory> carried;     ///< the recurrent state of a fit that carries it from batch to batch; else empty

  /// The next fit begins with its first batch.
  void begin_fit() {
    ++fit;
    epoch = batch = 0;
    loss_sum = weight_sum = 0;
  }
  /// One batch more of this epoch is finished.
  void count(const BatchTotal& total) {
    loss_sum += total.mean() * total.weights;
    weight_sum += total.weights;
    ++batch;
  }
  /// A fit has begun and not ended.
  bool under_way() const { return epoch != 0 || batch != 0; }

  /// The mean loss of this epoch so far; 0 while all weights were 0.
  double mean_loss() const { return weight_sum == 0 ? 0 : loss_sum / weight_sum; }
};

}  // namespace STRATA_NAMESPACE
