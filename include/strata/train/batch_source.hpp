#pragma once
// Where batches come from: a data set's arrays, an order, and staging memory the chosen samples are gathered into.

#include <strata/losses/concept.hpp>
#include <strata/tensor/batch_array.hpp>
#include <strata/tensor/moved.hpp>
#include <strata/train/data_order.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace STRATA_NAMESPACE {

/// Sums over the pieces of a batch.
struct BatchTotal {
  double losses = 0;   ///< Σ weight · loss
  double penalty = 0;  ///< of regularization
  double weights = 0;  ///< Σ weights
  /// Per sample; of a batch whose weights are all 0, the penalty alone.
  double mean() const { return (weights == 0 ? 0 : losses / weights) + penalty; }
};

/// Inputs, targets and sample weights of one gathered batch, in the backend's memory, and the targets to look at.
template <class T, class Target>
struct GatheredBatch {
  Extents extents;
  const T* inputs;
  Targets<Target, T> targets;
  std::span<const Target> values;
  std::span<const T> weights;
};

/// Samples of a data set for a network from In to Out under a loss, in an order.
template <class In, class Out, class Loss, class T, class Memory = HostMemory>
class BatchSource {
 public:
  using target = typename Loss::template target<T>;

  BatchSource() = default;
  /// See assign.
  template <class Inputs, class TargetArray>
  BatchSource(const Inputs& inputs, const TargetArray& targets, std::span<const double> weights, const char* where) {
    assign(inputs, targets, weights, where);
  }

  /// Stands for these samples from now on, in the order they lie; allocates only where they are more than before.
  /// Throws ShapeError where arrays do not fit each other or the network, ValueError for bad targets or weights;
  /// `where` names the caller.
  template <class Inputs, class TargetArray>
  void assign(const Inputs& inputs, const TargetArray& targets, std::span<const double> weights, const char* where) {
    inputs_.assign(inputs, where);
    const std::size_t n = inputs_.extents().batch, per_sample = targets_per_sample();
    check_mask_steps(inputs_.extents().steps, where);
    if (n == 0) throw ShapeError(std::string("strata: ") + where + " was given no samples");
    if (targets.size() != n * per_sample || targets.shape().size() == 0 ||
        static_cast<std::size_t>(targets.shape()[0]) != n) {
      throw ShapeError(std::string("strata: ") + where + " was given " + std::to_string(n) +
                       " inputs and targets of shape " + detail::spell(targets.shape()) + ", but needs " +
                       std::to_string(per_sample) + " target value(s) for each input");
    }
    check_weights(weights, n, rows_per_sample(), where);
    weights_ = weights;
    weights_per_step_ = weights.size() > n;
    targets_.resize(targets.size());
    std::transform(targets.begin(), targets.end(), targets_.begin(),
                   [&](const auto& value) { return converted(value, where); });
    Loss::template check<Out, T>(std::span<const target>(targets_));
    order_.resize(n);
    select_all();
  }

  std::size_t size() const { return order_.size(); }
  /// The samples in the order they lie.
  void select_all() { std::iota(order_.begin(), order_.end(), std::size_t{0}); }
  /// The first `count` samples in the order of an epoch of a fit, the others behind them as they lie.
  void order(std::size_t count, bool shuffle, PhiloxKey key, std::uint64_t fit, std::uint64_t epoch) {
    select_all();
    if (shuffle) shuffle_order(std::span(order_).first(count), key, fit, epoch);
  }

  /// Σ weights of rows of samples [first, last) of the order.
  double weight_of(std::size_t first, std::size_t last) const {
    const auto rows = static_cast<double>(rows_per_sample());
    if (weights_.empty()) return static_cast<double>(last - first) * rows;
    const std::size_t each = weights_of_sample();
    double sum = 0;
    for (std::size_t i = first; i < last; ++i) {
      const auto weights = weights_.subspan(order_[i] * each, each);
      sum = std::accumulate(weights.begin(), weights.end(), sum);
    }
    return weights_per_step_ ? sum : sum * rows;
  }

  /// Copies samples [first, last) of the order into staging memory.
  GatheredBatch<T, target> gather(std::size_t first, std::size_t last) {
    const std::size_t n = last - first, steps = inputs_.extents().steps, in = width<In>() * steps;
    const std::size_t out = targets_per_sample(), weights = weights_of_sample();
    if (staged_inputs_.size() < n * in) staged_inputs_ = Buffer<T>(n * in);
    gathered_ = n * in;
    if (staged_targets_.size() < n * out) staged_targets_.resize(n * out);
    if (staged_weights_.size() < n * weights) staged_weights_ = Buffer<T>(n * weights);
    for (std::size_t i = 0; i < n; ++i) {
      const std::size_t sample = order_[first + i];
      std::copy_n(inputs_.data() + sample * in, in, staged_inputs_.data() + i * in);
      std::copy_n(targets_.data() + sample * out, out, staged_targets_.data() + i * out);
      for (std::size_t w = 0; w < weights && !weights_.empty(); ++w)
        staged_weights_.data()[i * weights + w] = static_cast<T>(weights_[sample * weights + w]);
    }
    const std::size_t weighed = weights_.empty() ? 0 : n * weights;
    const std::span<const target> values(staged_targets_.data(), n * out);
    const T* inputs_there = inputs_there_.of({staged_inputs_.data(), n * in}).data();
    const target* targets_there = targets_there_.of(values).data();
    const T* weights_there = weights_there_.of({staged_weights_.data(), weighed}).data();
    return {{n, steps},
            inputs_there,
            {targets_there, weighed == 0 ? nullptr : weights_there, weights_per_step_},
            values,
            {staged_weights_.data(), weighed}};
  }

  /// Whether all inputs gathered last are finite.
  bool finite_inputs() const {
    return std::all_of(staged_inputs_.data(), staged_inputs_.data() + gathered_, [](T x) { return std::isfinite(x); });
  }

  /// Rows of the network's output for each sample.
  std::size_t rows_per_sample() const { return Stepwise<Out> ? inputs_.extents().steps : 1; }

 private:
  template <class S>
  static constexpr std::size_t width() {
    return features<S>;
  }
  std::size_t targets_per_sample() const { return rows_per_sample() * Loss::template target_width<Out>; }

  /// Weights a sample: one, or one a step.
  std::size_t weights_of_sample() const { return weights_per_step_ ? rows_per_sample() : 1; }

  static void check_weights(std::span<const double> weights, std::size_t samples, std::size_t rows, const char* where) {
    if (!weights.empty() && weights.size() != samples && weights.size() != samples * rows) {
      throw ShapeError(std::string("strata: ") + where + " was given " + std::to_string(weights.size()) +
                       " sample weights for " + std::to_string(samples) + " samples of " + std::to_string(rows) +
                       " output(s)");
    }
    for (std::size_t i = 0; i < weights.size(); ++i) {
      if (std::isfinite(weights[i]) && weights[i] >= 0) continue;
      throw ValueError(std::string("strata: ") + where + " was given the sample weight " + std::to_string(weights[i]) +
                       " at position " + std::to_string(i) + ", but needs finite weights of at least 0");
    }
  }

  /// A target as the loss takes it. Labels that the loss's integer cannot hold are refused before they wrap around.
  template <class Value>
  static target converted(const Value& value, const char* where) {
    if constexpr (std::is_integral_v<target>) {
      static_assert(std::is_integral_v<Value>, "strata: this loss takes class labels, which are integers");
      if (!std::cmp_less_equal(std::numeric_limits<target>::min(), +value) ||
          !std::cmp_greater_equal(std::numeric_limits<target>::max(), +value)) {
        throw ValueError(std::string("strata: ") + where + " was given the label " + std::to_string(value) +
                         ", which is no class");
      }
    }
    return static_cast<target>(value);
  }

  BatchArray<In, T> inputs_;
  std::vector<target> targets_;
  std::span<const double> weights_;
  bool weights_per_step_ = false;
  std::vector<std::size_t> order_;
  Buffer<T> staged_inputs_;
  std::size_t gathered_ = 0;
  std::vector<target> staged_targets_;
  Buffer<T> staged_weights_;
  Uploaded<T, Memory> inputs_there_, weights_there_;
  Uploaded<target, Memory> targets_there_;
};

}  // namespace STRATA_NAMESPACE
