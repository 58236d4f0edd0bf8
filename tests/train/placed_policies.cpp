#include "network/support.hpp"

#include <doctest/doctest.h>

using namespace network_tests;

namespace {
struct Placed : Sequential<With<Linear<2>, L2<0.5>, ClipValue<0.25>>, With<Linear<2>, Freeze>, Linear<2>> {};
using Net = Network<Placed, Features<2>, Engine<double>>;

struct Visited {
  Net net{Seed{4}};
  std::vector<double> gradients = std::vector<double>(net.weights().size(), 1.0);
  double loss = 0;
  Counters<double> counters;
  ops::Direct<Engine<double>> direct{{1}};

  Visited() {
    for (auto& w : net.weights()) w = 2;
  }
  template <class... Policies>
  void regularized() {
    regularize<Placed, Features<2>>(List<Policies...>{}, direct, stretches<Placed, Features<2>>,
                                    Flat<const double*>{net.weights().data(), net.weights().size()},
                                    Flat<double*>{gradients.data(), gradients.size()}, &loss);
  }
  template <class... Policies>
  void clipped() {
    std::vector<Flat<double*>> list;
    clip<Placed, Features<2>>(List<Policies...>{}, direct, stretches<Placed, Features<2>>,
                              Flat<double*>{gradients.data(), gradients.size()}, list, &counters);
  }
  double gradient(std::string_view name) const {
    for (const Segment& s : segments<Weights, Placed, Features<2>>) {
      if (s.name() == name) return gradients[s.offset];
    }
    return -1;
  }
};
}  // namespace

TEST_CASE("a policy on a layer holds for that layer's decayed weights alone") {
  Visited v;
  v.regularized<>();
  CHECK(v.gradient("0.weight") == 1 + 0.5 * 2);
  CHECK(v.gradient("0.bias") == 1);
  CHECK(v.gradient("1.weight") == 1);
  CHECK(v.gradient("2.weight") == 1);
  CHECK(v.net.tensor("0.weight").size() == 4);
}

TEST_CASE("a policy of the trainer holds for all decayed weights but frozen ones, besides those of layers") {
  Visited v;
  v.regularized<L2<0.25>>();
  CHECK(v.gradient("0.weight") == 1 + 0.5 * 2 + 0.25 * 2);
  CHECK(v.gradient("1.weight") == 1);
  CHECK(v.gradient("2.weight") == 1 + 0.25 * 2);
  CHECK(v.gradient("2.bias") == 1);
}

TEST_CASE("clipping on a layer comes before clipping at the trainer and leaves frozen tensors alone") {
  Visited v;
  v.clipped<>();
  CHECK(v.gradient("0.weight") == 0.25);
  CHECK(v.gradient("0.bias") == 0.25);
  CHECK(v.gradient("1.weight") == 1);
  CHECK(v.gradient("2.weight") == 1);
  v.clipped<ClipValue<0.5>>();
  CHECK(v.gradient("0.weight") == 0.25);
  CHECK(v.gradient("1.weight") == 1);
  CHECK(v.gradient("2.weight") == 0.5);
}

TEST_CASE("frozen layers stay as they are, other layers learn at their own rate") {
  struct Rates : Sequential<With<Linear<3>, Freeze>, With<Linear<3>, LearningRate<0.5>>, Linear<3>> {};
  const auto x = numbers<double, 2>({6, 4});
  const auto y = labels(6, 3);
  Network<Rates, Features<4>, Engine<double>> net{Seed{4}};
  const auto before = copy_of_weights(net);
  Trainer trainer{net, CrossEntropy{}, SGD{.learning_rate = 0.5}};
  trainer.step(x, y);
  for (const Segment& s : segments<Weights, Rates, Features<4>>) {
    for (std::size_t i = s.offset; i < s.offset + s.size; ++i) {
      const double rate = s.path.index[0] == 0 ? 0 : s.path.index[0] == 1 ? 0.25 : 0.5;
      CHECK(std::abs(net.weights()[i] - (before[i] - rate * trainer.gradients()[i])) < 1e-14);
      CHECK(trainer.gradients()[i] != 0);
    }
  }
}
