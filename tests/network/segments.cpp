#include "network/support.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace network_tests;

namespace {
struct Adjusted
    : Sequential<With<Linear<5>, LearningRate<0.5>>, BatchNorm, Sequential<With<Linear<5>, Freeze>, Linear<5>>> {};

template <class Kind, class Net, class In>
std::vector<std::string> names() {
  std::vector<std::string> all;
  for (const Segment& s : segments<Kind, Net, In>) all.push_back(s.name());
  return all;
}
using Names = std::vector<std::string>;
}  // namespace

TEST_CASE("names are position and PyTorch's name") {
  CHECK(names<Weights, Classifier, Sequence<4>>() == Names{"0.weight_ih_l0", "0.weight_hh_l0", "0.bias_ih_l0",
                                                           "0.bias_hh_l0", "2.weight", "2.bias", "3.0.weight",
                                                           "3.0.bias", "5.weight", "5.bias"});
  CHECK(names<State, Classifier, Sequence<4>>() == Names{"0.h", "0.c"});
  CHECK(names<Weights, Linear<3>, Features<4>>() == Names{"weight", "bias"});
}

TEST_CASE("a layer under policies is named as without them") {
  CHECK(names<Weights, Adjusted, Features<4>>() ==
        Names{"0.weight", "0.bias", "1.weight", "1.bias", "2.0.weight", "2.0.bias", "2.1.weight", "2.1.bias"});
}

TEST_CASE("a name of one's own changes no tensor's name") {
  using Alias = Sequential<LSTM<5>, LastStep, BatchNorm, Residual<Linear<5>, ReLU>, Dropout<0.5>, Linear<3>>;
  CHECK(names<Weights, Classifier, Sequence<4>>() == names<Weights, Alias, Sequence<4>>());
}

TEST_CASE("segments follow each other on whole granules, with their shapes") {
  std::size_t end = 0;
  for (const Segment& s : segments<Weights, Classifier, Sequence<4>>) {
    CHECK(s.offset == end);
    CHECK(s.size == s.shape[0] * (s.rank == 2 ? s.shape[1] : 1));
    end = s.offset + padded(s.size);
  }
  CHECK(end == Network<Classifier, Sequence<4>, Engine<float>>::weight_elements);
  const Segment& first = segments<Weights, Classifier, Sequence<4>>[0];
  CHECK(first.rank == 2);
  CHECK(first.shape[0] == 20);
  CHECK(first.shape[1] == 4);
}

TEST_CASE("weights are decayed; biases and the gains of normalizations are not") {
  for (const Segment& s : segments<Weights, Classifier, Sequence<4>>) {
    const bool gain_or_bias = s.tensor.find("bias") != std::string_view::npos || s.name() == "2.weight";
    CHECK_MESSAGE(s.attributes.decayed == !gain_or_bias, s.name());
    CHECK_FALSE(s.attributes.frozen);
    CHECK(s.attributes.learning_rate == 1.0);
  }
}

TEST_CASE("policies on a layer change the attributes of its tensors alone") {
  for (const Segment& s : segments<Weights, Adjusted, Features<4>>) {
    CHECK(s.attributes.learning_rate == (s.name().starts_with("0.") ? 0.5 : 1.0));
    CHECK(s.attributes.frozen == s.name().starts_with("2.0."));
  }
}

TEST_CASE("stretches join neighbours of equal attributes and cover all") {
  constexpr auto& all = stretches<Adjusted, Features<4>>;
  std::size_t end = 0;
  for (const Stretch& s : all) {
    CHECK(s.offset == end);
    end = s.offset + s.size;
    for (const Segment& segment : segments<Weights, Adjusted, Features<4>>) {
      if (segment.offset >= s.offset && segment.offset < end) CHECK(segment.attributes == s.attributes);
    }
  }
  CHECK(end == Network<Adjusted, Features<4>, Engine<float>>::weight_elements);
  for (std::size_t i = 1; i < all.size(); ++i) CHECK_FALSE(all[i].attributes == all[i - 1].attributes);
  CHECK(all.size() == 7);  // 0.weight; 0.bias; 1.*; 2.0.weight; 2.0.bias; 2.1.weight; 2.1.bias
}

TEST_CASE("a row-sparse tensor is a stretch of its own, without padding") {
  using Net = Sequential<With<Embedding<3>, LearningRate<0.5>>, With<Linear<3>, LearningRate<0.5>>>;
  constexpr auto& all = stretches<Net, Tokens<5>>;
  REQUIRE(all.size() == 3);
  CHECK((all[0].offset == 0 && all[0].size == 15 && all[0].row == 3));
  CHECK((all[1].offset == 16 && all[1].row == 0));
  CHECK(stretches<Sequential<Embedding<3, DenseGradient>>, Tokens<5>>[0].row == 0);
}

TEST_CASE("leaves are listed in written order") {
  std::string text;
  for (const LayerName& name : layer_names<Adjusted, Features<4>>()) text += name.path + " " + name.type + ", ";
  CHECK(text == "0 Linear<5>, 1 BatchNorm, 2.0 Linear<5>, 2.1 Linear<5>, ");
}
