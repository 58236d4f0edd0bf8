#pragma once
// check_layer: the executable half of the layer contract (layers/concept.hpp), for everyone's layers.
//
// Gradients are compared in float64 with differences (differences.hpp). Include the door of the backend too, where it
// is not Cpu.

#include <strata/backend/cpu/kernels.hpp>
#include <strata/network/program.hpp>
#include <strata/network/segments.hpp>
#include <strata/network/workspace.hpp>
#include <strata/testing/all_close.hpp>
#include <strata/testing/differences.hpp>

#include <algorithm>
#include <cmath>
#include <concepts>
#include <limits>
#include <span>
#include <sstream>
#include <string>
#include <type_traits>
#include <vector>

namespace STRATA_NAMESPACE {

/// How to check a layer.
struct CheckLayerOptions {
  /// Steps count where the input has steps. Without lengths samples of a ragged one have all, 1 and half of them in
  /// turn.
  Extents extents{3, 4};
  std::uint64_t seed = 1;                    ///< of inputs, weights, states and masks; another one may miss a kink
  double tolerance = 1e-6;                   ///< on |a - n| / max(|a|, |n|, 1e-8)
  std::vector<std::string> may_vanish = {};  ///< tensors whose gradient is zero by nature: a bias before BatchNorm
};

/// What check_layer found, a line a failure.
struct LayerReport {
  std::string text;
  std::size_t coordinates = 0;  ///< how many gradients were compared
  double worst = 0;             ///< largest |a - n| / max(|a|, |n|, 1e-8)
  explicit operator bool() const { return text.empty(); }
};

namespace detail {

template <class L, class In, class Backend>
class LayerCheck {
 public:
  explicit LayerCheck(const CheckLayerOptions& options) : options_(options), extents_(options.extents) {
    if constexpr (!Stepwise<In>) extents_.steps = 1;
    if constexpr (Ragged<In>) {
      if (extents_.lengths == nullptr) make_lengths();
    }
    counters_.key = philox_key(options.seed);
    counters_.step = 3;
    const auto rows = [&](bool steps) { return steps ? extents_.rows() : extents_.batch; };
    input_ = Tokenized<In> ? ids(extents_.rows()) : numbers(rows(Stepwise<In>) * row_width<In>);
    coefficients_ = numbers(rows(Stepwise<Out>) * Out::width);
    for (std::size_t i = 0; i < coefficients_.size(); ++i) {
      const std::size_t row = i / Out::width;
      if (Ragged<Out> && row / extents_.batch >= extents_.length(row % extents_.batch)) coefficients_[i] = 0;
    }
    weights_ = numbers(static_cast<std::size_t>(storage<Weights, L, In>.fixed));
    state_ = numbers(storage<State, L, In>.at(extents_));
    statistics_ = numbers(static_cast<std::size_t>(storage<Statistics, L, In>.fixed));
    for (double& s : statistics_) s = std::abs(s);  // variances among them
  }

  LayerReport run() {
    analytic_ = step(0.0, 0.0);
    check_gradients();
    check_memory();
    check_samples_training();
    check_samples_prediction();
    report_.text = text_.str();
    return report_;
  }

 private:
  using Out = output_of<L, In>;
  using Program = TrainingStep<L, In, TrainingFromState, double, Numeric<In>>;
  using Forward = Prediction<L, In, Inference, double>;
  using Vector = std::vector<double>;

  /// Outputs (time-major) and gradients of one training step.
  struct Pass {
    Vector output, input, weights, state;
  };

  void make_lengths() {
    for (std::size_t s = 0; s < extents_.batch; ++s) {
      const std::size_t some[] = {extents_.steps, 1, (extents_.steps + 1) / 2};
      lengths_.push_back(static_cast<std::uint32_t>(some[s % 3]));
    }
    extents_.lengths = lengths_.data();
  }

  /// Numbers of either sign away from 0, multiples of 2⁻²⁰ so that a step added to one is exact.
  Vector numbers(std::size_t count) {
    Vector values(count);
    for (double& v : values) {
      const auto words = philox({{drawn_++, 0, 0, 0}}, philox_key(options_.seed));
      v = std::round((0.125 + 0.875 * uniform<double>(words[0])) * 0x1p20) * (words[1] & 1 ? 0x1p-20 : -0x1p-20);
    }
    return values;
  }

  /// Ids of rows that have a gradient, each once before one comes again.
  static Vector ids(std::size_t count) {
    Vector values;
    const auto frozen = [](std::size_t id) {
      return std::ranges::any_of(segments<Weights, L, In>,
                                 [&](const Segment& s) { return s.attributes.frozen_row == id; });
    };
    if constexpr (Tokenized<In>) {
      for (std::size_t i = 0; values.size() < count; ++i)
        if (const std::size_t id = i * 7919 % In::vocabulary; !frozen(id)) values.push_back(static_cast<double>(id));
    }
    return values;
  }

  /// Forward and backward. Arena and gradients hold `garbage` before, those of weights `before`.
  Pass step(double garbage, double before) { return step(extents_, 0, input_, state_, coefficients_, garbage, before); }
  Pass step(Extents extents, std::size_t first_sample, const Vector& input, Vector state, const Vector& coefficients,
            double garbage, double before) {
    Pass pass{Vector(coefficients.size()), Vector(input.size(), garbage), Vector(weights_.size(), before),
              Vector(state.size(), garbage)};
    Vector statistics = statistics_;
    workspace_.reserve(extents);
    auto run = workspace_.run({1}, extents, &counters_);
    run.first_sample = first_sample;
    std::fill_n(run.arena, workspace_.bytes() / sizeof(double), garbage);
    const auto loss = [&](auto&, auto scores, double* losses, auto gradient) {
      std::copy_n(scores.data, pass.output.size(), pass.output.data());
      std::copy_n(coefficients.data(), coefficients.size(), gradient.data);
      std::fill_n(losses, scores.rows, 0.0);
    };
    Program::execute(run, {weights_.data(), pass.weights.data(), statistics.data(), state.data(), pass.state.data()},
                     input.data(), loss, pass.input.data());
    return pass;
  }

  void check_gradients() {
    if constexpr (Numeric<In>) check_tensor("input", input_, analytic_.input, 0, input_.size());
    for (const Segment& s : segments<Weights, L, In>)
      check_tensor(s.name(), weights_, analytic_.weights, s.offset, s.size);
    std::size_t offset = 0;
    for (const Segment& s : segments<State, L, In>) {
      check_tensor("state " + s.name(), state_, analytic_.state, offset, s.size * extents_.batch);
      offset += padded(s.size) * extents_.batch;
    }
  }

  void check_tensor(const std::string& name, Vector& values, const Vector& gradients, std::size_t offset,
                    std::size_t size) {
    double largest = 0, worst = -1, numerical = 0;
    std::size_t where = 0;
    for (std::size_t i = offset; i < offset + size; ++i) {
      double closest = 0;
      const auto outputs = [&] { return step(0.0, 0.0).output; };
      const double error = disagreement(values[i], gradients[i], outputs, coefficients_, options_.tolerance, closest);
      largest = std::max(largest, std::abs(gradients[i]));
      ++report_.coordinates;
      if (error <= worst) continue;
      worst = error;
      where = i;
      numerical = closest;
    }
    report_.worst = std::max(report_.worst, worst);
    if (worst > options_.tolerance) {
      text_.precision(12);
      text_ << "gradient of " << name << ", element " << where - offset << ": backward says " << gradients[where]
            << ", differences say " << numerical << "\n";
    }
    const auto& vanishing = options_.may_vanish;
    if (largest < 1e-8 && std::find(vanishing.begin(), vanishing.end(), name) == vanishing.end())
      text_ << "gradient of " << name << " is zero everywhere: nothing was checked\n";
  }

  /// What memory held before must not matter, nor padding: input and state gradients overwrite, those of weights add.
  void check_memory() {
    constexpr double nan = std::numeric_limits<double>::quiet_NaN();
    Vector input = input_;
    for (std::size_t i = 0; Ragged<In> && Numeric<In> && i < input.size(); ++i) {
      const std::size_t row = i / row_width<In>;  // batch-major
      if (row % extents_.steps >= extents_.length(row / extents_.steps)) input[i] = nan;
    }
    const Pass dirty = step(extents_, 0, input, state_, coefficients_, nan, 1.0);
    same("output over an arena of NaN", dirty.output, analytic_.output, 0, dirty.output.size(), 0);
    if constexpr (Numeric<In>) same("input gradient over NaN", dirty.input, analytic_.input, 0, dirty.input.size(), 0);
    std::size_t offset = 0;
    for (const Segment& s : segments<State, L, In>) {
      same("gradient of state " + s.name() + " over NaN", dirty.state, analytic_.state, offset, s.size * extents_.batch,
           0);
      offset += padded(s.size) * extents_.batch;
    }
    Vector added = dirty.weights;
    for (double& g : added) g -= 1;
    for (const Segment& s : segments<Weights, L, In>)
      same("gradient of " + s.name() + " added to ones", added, analytic_.weights, s.offset, s.size, 1e-12);
  }

  void same(const std::string& what, const Vector& given, const Vector& expected, std::size_t offset, std::size_t size,
            double tolerance) {
    const auto part = [&](const Vector& v) { return std::span<const double>(v).subspan(offset, size); };
    const Closeness found = all_close(part(given), part(expected), tolerance, tolerance);
    if (!found) text_ << what << ": " << found.text << "\n";
  }

  /// Sample `s` of time-major rows, without padding.
  Vector sample_rows(const Vector& rows, std::size_t width, std::size_t s) const {
    Vector one;
    const std::size_t end = std::min(rows.size() / width, extents_.length(s) * extents_.batch);
    for (std::size_t r = s; r < end; r += extents_.batch)
      one.insert(one.end(), &rows[r * width], &rows[r * width] + width);
    return one;
  }
  /// Sample `s` of a batch-major array of S, without padding.
  template <class S>
  Vector sample_of(const Vector& all, std::size_t s) const {
    const std::size_t each = all.size() / extents_.batch, n = Stepwise<S> ? extents_.length(s) * row_width<S> : each;
    return {all.data() + s * each, all.data() + s * each + n};
  }
  Vector sample_state(std::size_t s) const {
    Vector one(storage<State, L, In>.at({1, extents_.steps}));
    std::size_t from = 0, to = 0;
    for (const Segment& g : segments<State, L, In>) {
      std::copy_n(state_.data() + from + s * g.size, g.size, one.data() + to);
      from += padded(g.size) * extents_.batch;
      to += padded(g.size);
    }
    return one;
  }

  /// A sample alone, without padding, gives what it gives in a batch: in training, where no statistics couple them.
  void check_samples_training() {
    if constexpr (storage<Statistics, L, In> == Count{}) {
      for (std::size_t s = 0; s < extents_.batch; ++s) {
        const Vector coefficients = sample_rows(coefficients_, Out::width, s);
        const Pass alone =
            step({1, extents_.length(s)}, s, sample_of<In>(input_, s), sample_state(s), coefficients, 0.0, 0.0);
        const Vector output = sample_rows(analytic_.output, Out::width, s), input = sample_of<In>(analytic_.input, s);
        const std::string which = "sample " + std::to_string(s) + " alone in training: ";
        same(which + "output", alone.output, output, 0, output.size(), 1e-13);
        if constexpr (Numeric<In>) same(which + "input gradient", alone.input, input, 0, input.size(), 1e-13);
      }
    }
  }

  /// The same for predictions, which are zero in padding.
  void check_samples_prediction() {
    const Vector together = predict(extents_, input_, state_);
    for (std::size_t s = 0; s < extents_.batch; ++s) {
      const Vector alone = predict({1, extents_.length(s)}, sample_of<In>(input_, s), sample_state(s)),
                   row = sample_of<Out>(together, s);
      const std::string which = "sample " + std::to_string(s) + " alone in prediction";
      same(which, alone, row, 0, row.size(), 1e-13);
      const std::size_t each = together.size() / extents_.batch;
      same(which + ": padding", Vector(&together[s * each] + row.size(), &together[s * each] + each),
           Vector(each - row.size()), 0, each - row.size(), 0);
    }
  }
  Vector predict(Extents extents, const Vector& input, Vector state) {
    Vector output((Stepwise<Out> ? extents.rows() : extents.batch) * Out::width), statistics = statistics_;
    Workspace<Forward, Backend> workspace;
    workspace.reserve(extents);
    auto run = workspace.run({1}, extents, &counters_);
    std::fill_n(run.arena, workspace.bytes() / sizeof(double), std::numeric_limits<double>::quiet_NaN());
    Forward::execute(run, {weights_.data(), nullptr, statistics.data(), state.data(), nullptr}, input.data(),
                     output.data());
    same("statistics after a prediction", statistics, statistics_, 0, statistics.size(), 0);
    return output;
  }

  CheckLayerOptions options_;
  Extents extents_;
  Counters<double> counters_;
  std::uint32_t drawn_ = 0;
  std::vector<std::uint32_t> lengths_;
  Vector input_, coefficients_, weights_, state_, statistics_;
  Workspace<Program, Backend> workspace_;
  Pass analytic_;
  std::ostringstream text_;
  LayerReport report_;
};
}  // namespace detail

/// Checks that a layer (or a whole network) keeps the contract for an input shape: gradients of every coordinate of
/// input (ids of Tokens have none), weights and initial state by differences, masks replayed; dx overwritten, dw
/// accumulated; nothing read that was not written; a sample alone equal to its row of a batch, in a ragged one without
/// the padding it has there. On any backend of doubles in ordinary memory. `if (auto report = check_layer<L, In>();
/// !report) print(report.text);`
template <class L, Shape In, class Backend = Cpu<double>>
  requires Accepts<L, In> && Numeric<output_of<L, In>> && std::same_as<typename Backend::element, double>
LayerReport check_layer(const CheckLayerOptions& options = {}) {
  static_assert(std::is_empty_v<L>, "strata::check_layer: a layer holds no data; tensors lie in its slot");
  return detail::LayerCheck<L, In, Backend>(options).run();
}

}  // namespace STRATA_NAMESPACE
