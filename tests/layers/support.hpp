#pragma once
// What the tests of layers share: numbers, one network at a time in prediction, and plain reference arithmetic.

#include <doctest/doctest.h>

#include <engine.hpp>
#include <strata/testing/check_layer.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace layer_test {

using namespace strata;

/// Numbers in [-1, 1), the same on every machine.
template <class T>
std::vector<T> numbers(std::size_t count, std::uint64_t seed) {
  std::vector<T> values(count);
  InitialRandom random(philox_key(seed));
  for (T& v : values) v = static_cast<T>(2 * random.uniform() - 1);
  return values;
}

template <class T, std::size_t Rank>
xt::xtensor<T, Rank> array(const typename xt::xtensor<T, Rank>::shape_type& shape, std::uint64_t seed) {
  xt::xtensor<T, Rank> result(shape);
  const auto values = numbers<T>(result.size(), seed);
  std::copy(values.begin(), values.end(), result.data());
  return result;
}

/// Fills weights with numbers and statistics with positive ones.
template <class Net>
void randomize(Net& net, std::uint64_t seed) {
  using T = typename Net::element;
  const auto w = numbers<T>(net.weights().size(), seed), s = numbers<T>(net.statistics().size(), seed + 1);
  std::copy(w.begin(), w.end(), net.weights().data());
  for (std::size_t i = 0; i < s.size(); ++i) net.statistics()[i] = std::abs(s[i]) + T(0.25);
}

/// Names of all tensors of a kind, in order.
template <class Kind, class L, class In>
std::string names() {
  std::string text;
  for (const Segment& s : segments<Kind, L, In>) text.append(text.empty() ? "" : " ").append(s.name());
  return text;
}

/// One pass of training without an update: outputs (time-major), gradients, statistics afterwards. Where nobody wants
/// it the gradient of the input stays 0.
template <class L, class In, class T = double, bool InputGradient = true>
struct TrainingPass {
  using Out = output_of<L, In>;
  using Program = TrainingStep<L, In, TrainingFromState, T, InputGradient>;

  std::vector<T> output, input_gradient, weight_gradient, state_gradient;

  /// `statistics` and `state` are changed as training changes them.
  TrainingPass(Extents extents, const std::vector<T>& x, const std::vector<T>& w, std::vector<T>& statistics,
               std::vector<T>& state, const std::vector<T>& output_gradient, const Counters<T>& counters,
               std::size_t first_sample = 0)
      : output(output_gradient.size()),
        input_gradient(x.size()),
        weight_gradient(w.size()),
        state_gradient(state.size()) {
    Workspace<Program, Engine<T>> workspace;
    workspace.reserve(extents);
    auto run = workspace.run({1}, extents, &counters);
    run.first_sample = first_sample;
    Program::execute(
        run, {w.data(), weight_gradient.data(), statistics.data(), state.data(), state_gradient.data()}, x.data(),
        [&](auto&, auto scores, T*, auto gradient) {
          std::copy_n(scores.data, output.size(), output.data());
          std::copy_n(output_gradient.data(), output.size(), gradient.data);
        },
        input_gradient.data());
  }
};

/// A layer whose weights have the same gradients where it is the first of a network.
template <class L>
void check_first_layer() {
  using In = Sequence<7>;
  const auto x = numbers<double>(4 * 3 * 7, 1), dy = numbers<double>(4 * 3 * 7, 2);
  const auto w = numbers<double>(static_cast<std::size_t>(storage<Weights, L, In>.fixed), 3);
  std::vector<double> statistics, state;
  const TrainingPass<L, In> wanted({4, 3}, x, w, statistics, state, dy, {});
  const TrainingPass<L, In, double, false> unwanted({4, 3}, x, w, statistics, state, dy, {});
  CHECK(unwanted.weight_gradient == wanted.weight_gradient);
  CHECK(wanted.weight_gradient != std::vector<double>(w.size()));
}

/// check_layer on two extents, one of them a single step.
template <class L, class In>
void check_contract(CheckLayerOptions options = {}) {
  const LayerReport report = check_layer<L, In, Engine<double>>(options);
  CHECK_MESSAGE(report, report.text);
  CHECK(report.coordinates > 0);
  options.extents = {5, 1};
  const LayerReport narrow = check_layer<L, In, Engine<double>>(options);
  CHECK_MESSAGE(narrow, narrow.text);
}

}  // namespace layer_test
