#pragma once
// One layer alone, forward and backward, on rows that lie time-major: what a primitive of another library does.

#include "numbers.hpp"

#include <strata/strata.hpp>

#include <algorithm>
#include <vector>

/// The program: see strata/network/program.hpp for those with a head, a loss and batch-major rows.
template <class L, class In, bool Backward>
struct LayerProgram {
  using mode = std::conditional_t<Backward, strata::Training, strata::Inference>;
  using element = float;
  using output = strata::output_of<L, In>;

  template <class Run>
  static constexpr void execute(Run& run,
                                const strata::Buffers<typename Run::const_pointer, typename Run::pointer>& buffers,
                                typename Run::const_pointer x, typename Run::pointer y, typename Run::pointer dy,
                                typename Run::pointer dx) {
    strata::trace_of<L, In, typename Run::pointer> trace{};
    strata::Slot<L, In, Run> slot(buffers, run.extents, trace, 0);
    const strata::Batch<typename Run::const_pointer, In> inputs(x, run.extents);
    const strata::Batch<typename Run::pointer, output> outputs(y, run.extents);
    strata::forward(run, inputs, outputs, slot);
    if constexpr (Backward) {
      strata::backward(run, inputs, outputs, strata::Batch<typename Run::pointer, output>(dy, run.extents),
                       strata::Batch<typename Run::pointer, In>(dx, run.extents), slot);
    }
  }
  static constexpr void plan(auto& run) {
    execute(run, {}, strata::Planned{}, strata::Planned{}, strata::Planned{}, strata::Planned{});
  }
};

/// A layer with weights and a batch of normal inputs and gradients of its outputs.
template <class L, class In, bool Backward>
class LayerPass {
 public:
  using Net = strata::Network<L, In, strata::Cpu<float>>;
  using Program = LayerProgram<L, In, Backward>;

  LayerPass(const Net& net, strata::Extents extents, int threads)
      : net_(net),
        extents_(extents),
        threads_(threads),
        x_(normal_numbers(extents.rows() * strata::features<In>, 3)),
        y_(extents.rows() * strata::features<typename Program::output>),
        dy_(normal_numbers(y_.size(), 4)),
        dx_(x_.size()),
        gradients_(net.weights().size()),
        state_(strata::storage<strata::State, L, In>.at(extents)) {
    workspace_.reserve(extents);
  }

  /// Prediction, or forward and backward.
  void run() {
    std::fill(gradients_.begin(), gradients_.end(), 0.0F);
    std::fill(state_.begin(), state_.end(), 0.0F);
    auto run = workspace_.run({threads_}, extents_, &counters_);
    Program::execute(run, {net_.weights().data(), gradients_.data(), net_.statistics().data(), state_.data(), nullptr},
                     x_.data(), y_.data(), dy_.data(), dx_.data());
  }

  const std::vector<float>& x() const { return x_; }
  const std::vector<float>& y() const { return y_; }
  const std::vector<float>& dy() const { return dy_; }
  const std::vector<float>& dx() const { return dx_; }
  /// Of one tensor.
  std::span<const float> gradient(std::string_view name) const {
    const std::span<const float> tensor = net_.tensor(name);
    return std::span(gradients_)
        .subspan(static_cast<std::size_t>(tensor.data() - net_.weights().data()), tensor.size());
  }
  const Net& net() const { return net_; }

 private:
  Net net_;
  strata::Extents extents_;
  int threads_;
  std::vector<float> x_, y_, dy_, dx_, gradients_, state_;
  strata::Counters<float> counters_;
  strata::Workspace<Program, strata::Cpu<float>> workspace_;
};
