#pragma once
// GradientMonitor: how large activations and gradients are in each layer and step, which units of a ReLU are dead, and
// where gradients vanish or explode, since when (Glorot & Bengio 2010; Pascanu, Mikolov & Bengio 2013).

#include <strata/network/segments.hpp>
#include <strata/ops/matmul.hpp>
#include <strata/train/step_observer.hpp>

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <span>
#include <string>
#include <vector>

namespace STRATA_NAMESPACE {

/// What a GradientMonitor keeps, and where it draws its lines.
struct MonitorOptions {
  std::size_t keep = 1000;  ///< steps, the last so many
  double vanishing = 1e-4;  ///< a layer whose weight gradient is below this part of that of the last one with weights
  double exploding = 1e3;   ///< a layer whose weight gradient is above this, or not finite
  std::size_t dead_after = 10;  ///< a unit of a ReLU that was 0 for all samples of so many steps, one after another
};

/// One layer in one step.
struct LayerFlow {
  double output = 0;           ///< root mean square of its output
  double input_gradient = 0;   ///< length of the loss's gradient with respect to its input; 0 where nobody wants it
  double weight_gradient = 0;  ///< length of that with respect to its weights, without penalties; 0 where it has none
  std::size_t silent = 0;      ///< units of a ReLU that were 0 for all samples of the step
};

/// What became of a layer's gradient.
enum class Flow { sound, vanishing, exploding };

namespace detail {
/// Which leaves are ReLUs, in written order.
template <class L, class In>
void list_relus(std::vector<bool>& out);
template <class... In, class... L>
void list_relus_of(std::vector<bool>& out, List<Step<In, L>...>) {
  (list_relus<L, In>(out), ...);
}
template <class L, class In>
void list_relus(std::vector<bool>& out) {
  if constexpr (Container<L, In>) list_relus_of(out, typename L::template inside<In>{});
  else if constexpr (requires { L::activation; }) out.push_back(L::activation == ops::Activation::relu);
  else out.push_back(false);
}

/// Sums of squares of one layer over the pieces of a step, and for how many steps its units have been silent.
struct MonitoredLayer {
  LayerName name;
  bool relu = false;
  std::size_t first = 0, last = 0;  ///< its weights in the flat buffer
  double outputs = 0, count = 0, input_gradients = 0;
  std::vector<std::uint32_t> silent_steps;  ///< of each unit of a ReLU
  std::vector<bool> spoke;                  ///< units that were not 0 in this step
  Flow flow = Flow::sound;
  std::size_t since = 0;
};
}  // namespace detail

/// `GradientMonitor monitor{trainer};` watches that trainer as long as it lives, and `monitor.report()` tells. Layers
/// are numbered as in `layer_names`, steps from 0 since it was attached. The trainer must outlive it and stay where it
/// is. Allocates nothing after the first step; training has the same bits with it and without.
template <class TrainerType>
class GradientMonitor final : public StepObserver<typename TrainerType::element> {
  using element = typename TrainerType::element;
  using layer = typename TrainerType::layer;
  using input = typename TrainerType::input;

 public:
  explicit GradientMonitor(TrainerType& trainer, MonitorOptions options = {}) : trainer_(&trainer), options_(options) {
    if (options.keep == 0) throw ValueError("strata::GradientMonitor: keep is 0, but must be at least 1 step");
    std::vector<bool> relus;
    detail::list_relus<layer, input>(relus);
    for (const LayerName& name : layer_names<layer, input>()) {
      detail::MonitoredLayer& one = layers_.emplace_back();
      one.name = name;
      one.relu = relus[layers_.size() - 1];
      for (const Segment& s : segments<Weights, layer, input>) {
        if (s.path.name() != name.path) continue;
        if (one.last == 0) one.first = s.offset;
        one.last = s.offset + s.size;
      }
    }
    kept_.resize(options.keep * layers_.size());
    trainer.observe(this);
  }
  GradientMonitor(const GradientMonitor&) = delete;
  GradientMonitor& operator=(const GradientMonitor&) = delete;
  ~GradientMonitor() override {
    if (trainer_->observer() == this) trainer_->observe(nullptr);
  }

  void see(const Observation<element>& seen) override {
    detail::MonitoredLayer& one = layers_[seen.position];
    if (std::strcmp(seen.what, "input_gradient") == 0) {
      for_each_row(seen, [&](const element* row) { one.input_gradients += squares(row, seen.columns); });
    } else if (std::strcmp(seen.what, "output") == 0) {
      for_each_row(seen, [&](const element* row) {
        one.outputs += squares(row, seen.columns);
        one.count += static_cast<double>(seen.columns);
      });
      if (one.relu) listen(one, seen);
    }
  }
  void see_gradients(std::span<const element> gradients) override {
    LayerFlow* flows = kept_.data() + steps_ % options_.keep * layers_.size();
    double last = 0;  // of the last layer with weights
    for (std::size_t i = 0; i < layers_.size(); ++i) {
      detail::MonitoredLayer& one = layers_[i];
      const double weights = std::sqrt(squares(gradients.data() + one.first, one.last - one.first));
      flows[i] = {std::sqrt(one.outputs / one.count), std::sqrt(one.input_gradients), weights, count_silent(one)};
      if (one.last > 0) last = weights;
      one.outputs = one.count = one.input_gradients = 0;
    }
    for (std::size_t i = 0; i < layers_.size(); ++i) {
      if (layers_[i].last > 0) judge(layers_[i], flows[i].weight_gradient, last);
    }
    ++steps_;
  }

  std::size_t layers() const { return layers_.size(); }
  /// Steps seen so far.
  std::size_t steps() const { return steps_; }
  /// A layer in a step. Throws ValueError where it is not kept.
  const LayerFlow& at(std::size_t step, std::size_t number) const {
    if (step >= steps_ || steps_ - step > options_.keep || number >= layers_.size()) {
      throw ValueError("strata::GradientMonitor: was asked for layer " + std::to_string(number) + " in step " +
                       std::to_string(step) + ", but saw " + std::to_string(layers_.size()) + " layers in " +
                       std::to_string(steps_) + " steps and keeps the last " + std::to_string(options_.keep));
    }
    return kept_[step % options_.keep * layers_.size() + number];
  }
  /// How a layer's gradient was in the last step, and the step since which it has been so.
  Flow flow(std::size_t number) const { return layers_.at(number).flow; }
  std::size_t since(std::size_t number) const { return layers_.at(number).since; }
  /// Units of a ReLU that are dead; 0 for other layers.
  std::size_t dead(std::size_t number) const {
    std::size_t count = 0;
    for (const std::uint32_t silent : layers_.at(number).silent_steps) count += silent >= options_.dead_after;
    return count;
  }

  /// The last step as a table, a line a layer, with what is wrong.
  std::string report() const {
    if (steps_ == 0) return "no step of training was seen\n";
    std::string text = "step " + std::to_string(steps_ - 1) + "\n";
    append(text, "%-8s %-24s %12s %14s %15s\n", "layer", "type", "output", "input gradient", "weight gradient");
    for (std::size_t i = 0; i < layers_.size(); ++i) {
      const LayerFlow& f = at(steps_ - 1, i);
      const detail::MonitoredLayer& one = layers_[i];
      append(text, "%-8s %-24s %12.3g %14.3g %15.3g", one.name.path.c_str(), one.name.type.c_str(), f.output,
             f.input_gradient, f.weight_gradient);
      if (one.flow != Flow::sound) {
        append(text, "  %s since step %zu", one.flow == Flow::vanishing ? "vanishing" : "exploding", one.since);
      }
      if (dead(i) > 0) append(text, "  %zu of %zu units dead", dead(i), one.silent_steps.size());
      text.append("\n");
    }
    return text;
  }

 private:
  /// Padding counts nowhere.
  template <class Visit>
  static void for_each_row(const Observation<element>& seen, Visit visit) {
    for (std::size_t r = 0; r < seen.rows; ++r)
      if (!seen.is_padding(r)) visit(seen.data + r * seen.columns);
  }
  static double squares(const element* data, std::size_t size) {
    double sum = 0;
    for (std::size_t i = 0; i < size; ++i) sum += static_cast<double>(data[i]) * static_cast<double>(data[i]);
    return sum;
  }
  /// Which units of a ReLU say anything.
  static void listen(detail::MonitoredLayer& one, const Observation<element>& seen) {
    one.silent_steps.resize(seen.columns);
    one.spoke.resize(seen.columns);
    for_each_row(seen, [&](const element* row) {
      for (std::size_t u = 0; u < seen.columns; ++u)
        if (!(row[u] == element(0))) one.spoke[u] = true;
    });
  }
  static std::size_t count_silent(detail::MonitoredLayer& one) {
    std::size_t count = 0;
    for (std::size_t u = 0; u < one.spoke.size(); ++u) {
      count += !one.spoke[u];
      one.silent_steps[u] = one.spoke[u] ? 0 : one.silent_steps[u] + 1;
      one.spoke[u] = false;
    }
    return count;
  }
  void judge(detail::MonitoredLayer& one, double gradient, double last) const {
    const bool exploding = !(gradient <= options_.exploding), vanishing = gradient < options_.vanishing * last;
    const Flow now = exploding ? Flow::exploding : vanishing ? Flow::vanishing : Flow::sound;
    if (now != one.flow) one.since = steps_;
    one.flow = now;
  }
  template <class... Values>
  static void append(std::string& text, const char* format, Values... values) {
    const auto size = static_cast<std::size_t>(std::snprintf(nullptr, 0, format, values...));
    const std::size_t before = text.size();
    text.resize(before + size + 1);
    std::snprintf(text.data() + before, size + 1, format, values...);
    text.resize(before + size);
  }

  TrainerType* trainer_;
  MonitorOptions options_;
  std::vector<detail::MonitoredLayer> layers_;
  std::vector<LayerFlow> kept_;  ///< [keep, layers], a ring
  std::size_t steps_ = 0;
};

}  // namespace STRATA_NAMESPACE
