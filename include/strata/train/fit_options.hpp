#pragma once
// What fit can be told.

#include <strata/optim/schedule.hpp>
#include <strata/train/history.hpp>

#include <cstddef>
#include <functional>
#include <span>

namespace STRATA_NAMESPACE {

/// Options of Trainer::fit; all have defaults.
struct FitOptions {
  std::size_t epochs = 1;
  std::size_t batch_size = 32;  ///< 1: single-sample descent; 0: the whole set, full-batch descent
  std::size_t piece = 0;        ///< compute a batch in equal pieces of at most so many samples (0: 1024)
  std::size_t hold_out = 0;     ///< the last so many samples are not trained on but validated after each epoch
  bool shuffle = true;          ///< a new order each epoch, fixed by the seed
  /// Of ragged samples: so many batches at a time are put together by length, and computed in as few steps as their
  /// samples have; the more, the fewer steps, and the less random the batches (0: none; 50 is much).
  std::size_t bucket = 0;
  /// Truncated back-propagation through time (Williams & Peng 1990): a batch begins with the recurrent state the one
  /// before it ended with, sample by sample, zero at the start of an epoch; gradients end at its borders. For pieces of
  /// long sequences in order: sample b of a batch goes on where sample b of the last one stopped. Needs shuffle = false
  /// and as many samples as whole batches; a batch is not computed in pieces, and
  /// what is held out begins with zero, sample by sample, so its loss is a little higher.
  bool carry_state = false;
  Schedule schedule = Constant{};
  std::span<const double> sample_weights =
      {};  ///< one a sample; or, for outputs with steps, [samples, steps], 0 masks a step; or none: all 1
  /// Called after each batch; false ends the fit. Trainer::resume() and another fit go on with it.
  std::function<bool(const Progress&)> on_batch = {};
  /// Called after each epoch; false ends the fit.
  std::function<bool(const EpochRecord&)> on_epoch = {};
};

}  // namespace STRATA_NAMESPACE
