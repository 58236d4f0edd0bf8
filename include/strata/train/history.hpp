#pragma once
// What a fit tells: a record an epoch, and where it stands while it runs.

#include <strata/core/config.hpp>

#include <cstddef>
#include <optional>
#include <vector>

namespace STRATA_NAMESPACE {

/// One epoch. Losses are means per sample; the training loss includes regularization and is averaged while weights
/// change.
struct EpochRecord {
  std::size_t epoch = 0;  ///< 1 for the first
  double loss = 0;
  std::optional<double> validation_loss;
  std::optional<double> validation_accuracy;  ///< for class labels
  double learning_rate = 0;                   ///< of the last step
  double seconds = 0;                         ///< of training, without validation
};

/// All epochs of a fit.
struct History {
  std::vector<EpochRecord> epochs;
  bool cancelled = false;  ///< a callback ended it
};

/// Where a fit stands after a batch.
struct Progress {
  std::size_t epoch, epochs;   ///< from 1
  std::size_t batch, batches;  ///< from 1
  double loss;                 ///< mean per sample of this epoch so far; on a device, of the steps that are back
  double seconds;              ///< since the epoch began
};

}  // namespace STRATA_NAMESPACE
