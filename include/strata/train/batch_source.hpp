#pragma once
// Where batches come from: a data set's arrays, an order, and staging memory the chosen samples are gathered into.

#include <strata/losses/concept.hpp>
#include <strata/tensor/batch_array.hpp>
#include <strata/tensor/buffer.hpp>
#include <strata/train/data_order.hpp>

#include <algorithm>
#include <span>
#include <vector>

namespace STRATA_NAMESPACE {

/// Sums over the pieces of a batch.
template <class T>
struct BatchTotal {
  T losses = 0;        ///< Σ weight · loss
  T penalty = 0;       ///< of regularization
  double weights = 0;  ///< Σ weights
  double mean() const { return static_cast<double>(losses) / weights + static_cast<double>(penalty); }
};

/// Inputs, targets and sample weights of one gathered batch.
template <class T, class Target>
struct GatheredBatch {
  Extents extents;
  const T* inputs;
  Targets<Target, T> targets;
  std::span<const Target> values;
};

/// Samples of a data set for a network from In to Out under a loss, in an order.
template <class In, class Out, class Loss, class T>
class BatchSource {
 public:
  using target = typename Loss::template target<T>;

  /// Throws ShapeError where arrays do not fit each other or the network; `where` names the caller.
  template <class Inputs, class TargetArray>
  BatchSource(const Inputs& inputs, const TargetArray& targets, std::span<const double> weights, const char* where)
      : inputs_(inputs, where), weights_(weights) {
    targets_ = targets;
    const std::size_t n = inputs_.extents().batch, per_sample = rows_per_sample() * Loss::template target_width<Out>;
    if (n == 0) throw ShapeError(std::string("strata: ") + where + " was given no samples");
    if (targets_.size() != n * per_sample || static_cast<std::size_t>(targets.shape()[0]) != n) {
      throw ShapeError(std::string("strata: ") + where + " was given " + std::to_string(n) + " inputs and targets of shape " +
                       detail::spell(targets.shape()) + ", but needs " + std::to_string(per_sample) + " target value(s) for each input");
    }
    if (!weights.empty() && weights.size() != n) {
      throw ShapeError(std::string("strata: ") + where + " was given " + std::to_string(weights.size()) + " sample weights for " +
                       std::to_string(n) + " samples");
    }
    order_.resize(n);
    select_all();
  }

  std::size_t size() const { return order_.size(); }
  /// The samples in the order they lie.
  void select_all() { std::iota(order_.begin(), order_.end(), std::size_t{0}); }
  /// The first `count` samples in the order of an epoch, the others behind them as they lie.
  void order(std::size_t count, bool shuffle, PhiloxKey key, std::uint32_t epoch) {
    select_all();
    if (shuffle) shuffle_order(std::span(order_).first(count), key, epoch);
  }

  /// Σ weights of rows of samples [first, last) of the order.
  double weight_of(std::size_t first, std::size_t last) const {
    double sum = weights_.empty() ? static_cast<double>(last - first) : 0;
    if (!weights_.empty()) {
      for (std::size_t i = first; i < last; ++i) sum += weights_[order_[i]];
    }
    return sum * static_cast<double>(rows_per_sample());
  }

  /// Copies samples [first, last) of the order into staging memory and checks their targets.
  GatheredBatch<T, target> gather(std::size_t first, std::size_t last) {
    const std::size_t n = last - first, steps = inputs_.extents().steps, in = width<In>() * steps;
    const std::size_t out = rows_per_sample() * Loss::template target_width<Out>;
    if (staged_inputs_.size() < n * in) staged_inputs_ = Buffer<T>(n * in);
    if (staged_targets_.size() < n * out) staged_targets_.resize(n * out);
    if (staged_weights_.size() < n) staged_weights_ = Buffer<T>(n);
    for (std::size_t i = 0; i < n; ++i) {
      const std::size_t sample = order_[first + i];
      std::copy_n(inputs_.data() + sample * in, in, staged_inputs_.data() + i * in);
      std::copy_n(targets_.data() + sample * out, out, staged_targets_.data() + i * out);
      staged_weights_.data()[i] = weights_.empty() ? T(1) : static_cast<T>(weights_[sample]);
    }
    const std::span<const target> values(staged_targets_.data(), n * out);
    Loss::template check<Out, T>(values);
    return {{n, steps}, staged_inputs_.data(), {values.data(), weights_.empty() ? nullptr : staged_weights_.data(), false}, values};
  }

  /// Rows of the network's output for each sample.
  std::size_t rows_per_sample() const { return Stepwise<Out> ? inputs_.extents().steps : 1; }

 private:
  template <class S>
  static constexpr std::size_t width() { return features<S>; }

  BatchArray<In, T> inputs_;
  xt::xarray<target> targets_;
  std::span<const double> weights_;
  std::vector<std::size_t> order_;
  Buffer<T> staged_inputs_;
  std::vector<target> staged_targets_;
  Buffer<T> staged_weights_;
};

}  // namespace STRATA_NAMESPACE
