#include "network/support.hpp"

#include <doctest/doctest.h>

using namespace network_tests;

namespace {
/// Sums what it is given, step by step: shows in which order a program hands over time and batch.
struct Identity {
  template <Shape In>
  using output = In;
  static constexpr void forward(auto& run, auto x, auto y, auto&) { ops::copy(run, ops::into(y), x); }
  static constexpr void backward(auto& run, auto, auto, auto dy, auto dx, auto&) { ops::copy(run, ops::into(dx), dy); }
};
}  // namespace

TEST_CASE("sequences go in and come out batch-major") {
  const Network<Sequential<Identity>, Sequence<3>, Engine<float>> net;
  const auto x = numbers<float, 3>({4, 5, 3});
  CHECK(net.predict(x) == x);
}

TEST_CASE("the gradient of the input is batch-major too and only computed where asked for") {
  using Program = TrainingStep<Sequential<Identity>, Sequence<2>, Training, float, true>;
  const auto x = numbers<float, 3>({3, 4, 2});
  xt::xtensor<float, 3> dx(x.shape());
  Workspace<Program, Engine<float>> workspace;
  workspace.reserve({3, 4});
  const Counters<float> counters;
  auto run = workspace.run({1}, {3, 4}, &counters);
  Program::execute(
      run, {}, x.data(), [](auto& r, auto scores, float*, auto gradient) { ops::copy(r, ops::into(gradient), scores); },
      dx.data());
  CHECK(dx == x);
  CHECK(Plan<TrainingStep<Perceptron, Features<4>, Training, float, true>>::flops.at({1, 1}) -
            Plan<TrainingStep<Perceptron, Features<4>, Training, float, false>>::flops.at({1, 1}) ==
        2 * 4 * 7);
}
