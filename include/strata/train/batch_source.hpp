#pragma once
// Where batches come from: a data set's arrays, an order, and memory the chosen samples are gathered into.

#include <strata/losses/concept.hpp>
#include <strata/tensor/batch_array.hpp>
#include <strata/train/buckets.hpp>
#include <strata/train/data_order.hpp>
#include <strata/train/sample_array.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace STRATA_NAMESPACE {

/// Inputs, targets and weights of gathered samples, in the backend's memory.
template <class T, class Target>
struct GatheredBatch {
  Extents extents;
  const T* inputs;
  Targets<Target, T> targets;
};

/// Samples of a data set for a network from In to Out under a loss, in an order. They lie in the backend's memory where
/// half of what is free there holds them; else each batch is gathered here and copied.
template <class In, class Out, class Loss, class Backend>
class BatchSource {
 public:
  using element = typename Backend::element;
  using target = typename Loss::template target<element>;

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
    array_.assign(inputs, where);
    const std::size_t n = array_.extents().batch, per_sample = targets_per_sample();
    check_mask_steps(array_.extents().steps, where);
    if (n == 0) throw ShapeError(std::string("strata: ") + where + " was given no samples");
    if (targets.size() != n * per_sample || targets.shape().size() == 0 ||
        static_cast<std::size_t>(targets.shape()[0]) != n) {
      throw ShapeError(std::string("strata: ") + where + " was given " + std::to_string(n) +
                       " inputs and targets of shape " + detail::spell(targets.shape()) + ", but needs " +
                       std::to_string(per_sample) + " target value(s) for each input");
    }
    check_weights(weights, n, rows_per_sample(), where);
    weights_ = weights;
    copy_targets(targets, where);
    Loss::template check<Out, element>(std::span<const target>(targets_));
    if constexpr (Ragged<Out>) mask_padding(weights);
    spread_weights(n);
    order_.resize(n);
    provide();
    select_all();
  }

  std::size_t size() const { return order_.size(); }
  /// Whether samples or their steps have weights.
  bool weighted() const { return !weights_.empty(); }
  /// Steps of every sample, its padding among them.
  std::size_t steps() const { return array_.extents().steps; }
  /// The samples in the order they lie.
  void select_all() {
    std::iota(order_.begin(), order_.end(), std::size_t{0});
    order_there();
  }
  /// The first `count` samples in the order of an epoch of a fit, the others behind them as they lie.
  void order(std::size_t count, bool shuffle, PhiloxKey key, std::uint64_t fit, std::uint64_t epoch) {
    std::iota(order_.begin(), order_.end(), std::size_t{0});
    if (shuffle) shuffle_order(std::span(order_).first(count), key, fit, epoch);
    order_there();
  }
  /// The same, then ragged samples sorted by length among those of `bucket` batches, and the batches in a new order if
  /// it is one; 0: not.
  void order(std::size_t count, bool shuffle, PhiloxKey key, std::uint64_t fit, std::uint64_t epoch,
             std::size_t batch_size, std::size_t bucket) {
    order(count, shuffle, key, fit, epoch);
    const std::uint32_t* const lengths = array_.extents().lengths;
    if (lengths == nullptr || bucket == 0) return;
    const auto chosen = std::span(order_).first(count);
    sort_buckets(chosen, lengths, batch_size, bucket);
    if (shuffle) shuffle_batches(chosen, batch_size, key, fit, epoch);
    order_there();
  }
  /// Steps that samples [first, last) of the order are computed in: those of the longest. They are rounded up to an
  /// eighth of all, so that few extents come up: a device records a step for each.
  std::size_t steps_of(std::size_t first, std::size_t last) const {
    const Extents extents = array_.extents();
    std::size_t most = 0;
    for (std::size_t place = first; place < last; ++place) most = std::max(most, extents.length(order_[place]));
    const std::size_t eighth = (steps() + 7) / 8;
    return std::min(steps(), (most + eighth - 1) / eighth * eighth);
  }

  /// Σ weights of rows of samples [first, last) of the order.
  double weight_of(std::size_t first, std::size_t last) const {
    const auto rows = static_cast<double>(rows_per_sample());
    if (weights_.empty()) return static_cast<double>(last - first) * rows;
    double sum = 0;
    for_each_weight(first, last, [&](double weight) { sum += weight; });
    return weights_.size() > size() ? sum : sum * rows;
  }
  /// How many rows of them have a weight above 0.
  std::size_t rows_that_count(std::size_t first, std::size_t last) const {
    if (weights_.empty()) return (last - first) * rows_per_sample();
    std::size_t count = 0;
    for_each_weight(first, last, [&](double weight) { count += static_cast<element>(weight) > 0 ? 1U : 0U; });
    return weights_.size() > size() ? count : count * rows_per_sample();
  }

  /// The first `steps` steps of samples [first + offset, first + offset + count) of the order, which have no more;
  /// `there` is where kernels read `first`.
  GatheredBatch<element, target> gather(typename Backend::Stream stream, std::size_t first, const std::uint64_t* there,
                                        std::size_t offset, std::size_t count, std::size_t steps) {
    const OrderedSamples at{order_.data(), order_on_backend_, first, there, offset};
    const std::uint32_t* const lengths = array_.extents().lengths;
    const std::size_t rows = rows_per_sample(steps);
    return {{count, steps, lengths == nullptr ? nullptr : lengths_.gather(stream, at, count, 1)},
            inputs_.gather(stream, at, count, steps * row_width<In>),
            {expected_.gather(stream, at, count, rows * Loss::template target_width<Out>),
             weights_.empty() ? nullptr : row_weights_.gather(stream, at, count, rows), true}};
  }
  /// Everything lies in the backend's memory: gathering is all its own work.
  bool resident() const { return resident_; }

  /// The inputs of the sample at a place of the order, in ordinary memory and without padding.
  std::span<const element> sample(std::size_t place) const {
    const std::size_t sample = order_[place];
    return {array_.data() + sample * array_.each(), array_.extents().length(sample) * row_width<In>};
  }
  /// Whether all inputs of samples [first, last) of the order are finite.
  bool finite_inputs(std::size_t first, std::size_t last) const {
    for (std::size_t place = first; place < last; ++place) {
      if (!std::ranges::all_of(sample(place), [](element v) { return std::isfinite(v); })) return false;
    }
    return true;
  }

  /// Rows of the network's output for each sample of all steps, or so many.
  std::size_t rows_per_sample() const { return rows_per_sample(steps()); }
  static std::size_t rows_per_sample(std::size_t steps) { return Stepwise<Out> ? steps : 1; }

 private:
  using Memory = memory_of<Backend>;

  std::size_t targets_per_sample() const { return rows_per_sample() * Loss::template target_width<Out>; }

  /// visit(weight) for each weight of samples [first, last) of the order, which are one a sample or one a row.
  template <class Visit>
  void for_each_weight(std::size_t first, std::size_t last, Visit visit) const {
    const std::size_t each = weights_.size() / size();
    for (std::size_t i = first; i < last; ++i) {
      for (const double weight : weights_.subspan(order_[i] * each, each)) visit(weight);
    }
  }
  /// Whatever stands past the end of a sample is not looked at; the loss is handed zeros.
  template <class TargetArray>
  void copy_targets(const TargetArray& targets, const char* where) {
    targets_.clear();
    for (const auto& value : targets) targets_.push_back(padding(targets_.size()) ? target{} : converted(value, where));
  }
  /// The weights of rows past the end of a sample are 0.
  void mask_padding(std::span<const double> weights) {
    const std::size_t rows = rows_per_sample();
    masked_.resize(array_.extents().batch * rows);
    for (std::size_t i = 0; i < masked_.size(); ++i) {
      const double weight = weights.empty() ? 1 : weights[weights.size() == array_.extents().batch ? i / rows : i];
      masked_[i] = padding(i * Loss::template target_width<Out>) ? 0 : weight;
    }
    weights_ = masked_;
  }
  /// Whether target number `i` belongs to a step that its sample does not have.
  bool padding(std::size_t i) const {
    if constexpr (!Ragged<Out>) return false;
    const std::size_t row = i / Loss::template target_width<Out>;
    return row % steps() >= array_.extents().length(row / steps());
  }
  /// A weight for every row.
  void spread_weights(std::size_t samples) {
    const std::size_t each = weights_.size() / samples, rows = weights_.empty() ? 0 : rows_per_sample();
    spread_.resize(samples * rows);
    for (std::size_t i = 0; i < spread_.size(); ++i)
      spread_[i] = static_cast<element>(weights_[each == 1 ? i / rows : i]);
  }

  /// Decides where the samples lie, and copies them there.
  void provide() {
    const std::size_t n = size(), elements = n * array_.each();
    const std::size_t bytes = elements * sizeof(element) + targets_.size() * sizeof(target) +
                              spread_.size() * sizeof(element) + n * (sizeof(std::size_t) + sizeof(std::uint32_t));
    resident_ = Memory::on_host || bytes <= held_ || bytes <= Memory::available() / 2;
    if (resident_) held_ = std::max(held_, bytes);
    inputs_.assign({array_.data(), elements}, array_.each(), resident_);
    expected_.assign(targets_, targets_per_sample(), resident_);
    row_weights_.assign(spread_, rows_per_sample(), resident_);
    if (const auto* lengths = array_.extents().lengths; lengths != nullptr) lengths_.assign({lengths, n}, 1, resident_);
  }
  void order_there() {
    if (resident_) order_on_backend_ = uploaded_order_.of(order_).data();
  }

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

  BatchArray<In, element> array_;
  std::vector<target> targets_;
  std::span<const double> weights_;
  std::vector<double> masked_;   ///< the weights of ragged rows
  std::vector<element> spread_;  ///< the weights, one a row
  std::vector<std::size_t> order_;
  bool resident_ = false;
  std::size_t held_ = 0;  ///< bytes in the backend's memory
  SampleArray<element, Backend> inputs_, row_weights_;
  SampleArray<target, Backend> expected_;
  SampleArray<std::uint32_t, Backend> lengths_;
  Uploaded<std::size_t, Memory> uploaded_order_;
  const std::size_t* order_on_backend_ = nullptr;
};

}  // namespace STRATA_NAMESPACE
