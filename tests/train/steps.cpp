#include "network/support.hpp"

#include <doctest/doctest.h>

using namespace network_tests;

TEST_CASE("a step is sent, is on its way until it is taken back, and has changed the weights by then") {
  Network<Perceptron, Features<4>, Engine<float>> net{Seed{3}};
  const auto before = copy_of_weights(net);
  Steps<decltype(net), CrossEntropy, SGD> steps(net, CrossEntropy{}, SGD{});
  using Source = decltype(steps)::Source;
  const auto x = numbers<float, 2>({6, 4});
  const auto y = labels(6, 3);
  Source source(x, y, {}, "test");
  steps.set_rate(0.1);
  CHECK(steps.queue().empty());
  steps.send(source, {2, 5, 2});
  CHECK_FALSE(steps.queue().empty());
  CHECK(steps.state().counters.step == 1);
  const BatchTotal total = steps.land(source);
  CHECK(steps.queue().empty());
  CHECK(total.weights == 3);
  const auto weights = copy_of_weights(net);
  float largest = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    CHECK(weights[i] == doctest::Approx(before[i] - 0.1f * steps.gradients()[i]));
    largest = std::max(largest, std::abs(steps.gradients()[i]));
  }
  CHECK(largest > 0.01f);
  CHECK_THROWS_WITH_AS(steps.set_rate(-1),
                       "strata::Trainer: the learning rate is -1.000000, but must be finite and at least 0",
                       ValueError);
}
