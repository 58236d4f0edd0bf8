#include "network/support.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <string>

using namespace network_tests;

namespace {
struct Small : Sequential<Linear<6>, ReLU, Linear<3>> {};
using Net = Network<Small, Features<4>, Engine<double>>;

double length(std::span<const double> values) {
  double sum = 0;
  for (const double v : values) sum += v * v;
  return std::sqrt(sum);
}

/// Gradients of Small with all weights of the first layer at `first` and of the last at `last`.
std::vector<double> gradients(double first, double last) {
  std::vector<double> all(Net::weight_elements);
  for (const Segment& s : segments<Weights, Small, Features<4>>) {
    std::fill_n(all.begin() + static_cast<std::ptrdiff_t>(s.offset), s.size, s.path.name() == "0" ? first : last);
  }
  return all;
}

template <std::size_t Depth, class Layer, class... Rest>
struct Deep : Deep<Depth - 1, Layer, Layer, Sigmoid, Rest...> {};
template <class Layer, class... Rest>
struct Deep<0, Layer, Rest...> : Sequential<Rest...> {};
}  // namespace

TEST_CASE("lengths are those of the output, of the input gradient and of the weights' gradient") {
  Net net{Seed{3}};
  const Net before = net;
  Trainer trainer{net, MeanSquaredError{}, SGD{.learning_rate = 0}};
  GradientMonitor monitor{trainer};
  const auto x = numbers<double, 2>({5, 4}, 1), y = numbers<double, 2>({5, 3}, 2);
  trainer.step(x, y);
  REQUIRE(monitor.layers() == 3);
  REQUIRE(monitor.steps() == 1);
  const auto scores = before.predict(x);
  double squares = 0, input = 0;
  for (std::size_t r = 0; r < 5; ++r) {
    for (std::size_t u = 0; u < 6; ++u) {
      double dx = 0;
      for (std::size_t j = 0; j < 3; ++j)
        dx += 2 * (scores(r, j) - y(r, j)) / 15 * before.tensor("2.weight")[j * 6 + u];
      input += dx * dx;
    }
    for (std::size_t j = 0; j < 3; ++j) squares += scores(r, j) * scores(r, j);
  }
  const LayerFlow &first = monitor.at(0, 0), &last = monitor.at(0, 2);
  CHECK(last.output == doctest::Approx(std::sqrt(squares / 15)));
  CHECK(last.input_gradient == doctest::Approx(std::sqrt(input)));
  CHECK(first.input_gradient == 0);
  CHECK(monitor.at(0, 1).weight_gradient == 0);
  CHECK(first.weight_gradient == doctest::Approx(length(trainer.gradients().first(48))));  // 24 weights, 6 biases
  CHECK(last.weight_gradient == doctest::Approx(length(trainer.gradients().subspan(48))));
  CHECK(last.weight_gradient > 0.01);
  trainer.step(x, y);  // the same again, for nothing was learnt
  CHECK(monitor.at(1, 2).output == last.output);
  CHECK(monitor.at(1, 2).input_gradient == last.input_gradient);
}

TEST_CASE("penalties are no gradient of the loss") {
  Net net{Seed{3}}, same{Seed{3}};
  Trainer plain{net, MeanSquaredError{}, SGD{}};
  Trainer decayed{same, MeanSquaredError{}, SGD{}, L2<10.0>{}};
  GradientMonitor one{plain};
  GradientMonitor other{decayed};
  const auto x = numbers<double, 2>({5, 4}, 1), y = numbers<double, 2>({5, 3}, 2);
  plain.step(x, y);
  decayed.step(x, y);
  CHECK(other.at(0, 0).weight_gradient == one.at(0, 0).weight_gradient);
}

TEST_CASE("padding counts nowhere") {
  using Ragged = Network<Sequential<Linear<5>, ReLU, LSTM<3>, LastStep>, RaggedSequence<4>, Engine<double>>;
  constexpr std::size_t samples = 2, steps = 6;
  const std::vector<std::uint32_t> lengths{steps, 2};
  const auto x = numbers<double, 3>({samples, steps, 4});
  const auto y = numbers<double, 2>({samples, 3}, 2);
  const auto watched = [&](std::size_t first, std::size_t count) {
    Ragged net{Seed{3}};
    net.tensor("0.bias")[2] = -100;  // silent
    net.tensor("0.bias")[1] = 2;     // and this one speaks where the input is 0
    Trainer trainer{net, MeanSquaredError{}, SGD{}};
    GradientMonitor monitor{trainer};
    auto part = numbers<double, 3>({count, steps, 4});
    auto expected = numbers<double, 2>({count, 3});
    std::copy_n(x.data() + first * steps * 4, part.size(), part.data());
    std::copy_n(y.data() + first * 3, expected.size(), expected.data());
    trainer.step(Padded{part, std::span(lengths).subspan(first, count)}, expected);
    std::vector<LayerFlow> flows;
    for (std::size_t i = 0; i < monitor.layers(); ++i) flows.push_back(monitor.at(0, i));
    return flows;
  };
  const auto both = watched(0, 2), longer = watched(0, 1), shorter = watched(1, 1);
  for (std::size_t i = 0; i < 4; ++i) {
    const double a = i < 3 ? steps : 1, b = i < 3 ? 2 : 1;  // rows; the last layer has one a sample
    const double mean = (a * std::pow(longer[i].output, 2) + b * std::pow(shorter[i].output, 2)) / (a + b);
    CHECK(both[i].output == doctest::Approx(std::sqrt(mean)).epsilon(1e-12));
    // the loss is the mean of both, and so is its gradient
    const double gradient = std::hypot(longer[i].input_gradient, shorter[i].input_gradient) / 2;
    CHECK(both[i].input_gradient == doctest::Approx(gradient).epsilon(1e-12));
  }
  CHECK(both[1].silent >= 1);
  CHECK(both[1].silent <= std::min(longer[1].silent, shorter[1].silent));
}

TEST_CASE("a batch in pieces has the lengths of the whole") {
  const Dataset data{numbers<double, 2>({12, 4}, 1), numbers<double, 2>({12, 3}, 2)};
  Net net{Seed{3}}, same{Seed{3}};
  Trainer whole{net, MeanSquaredError{}, SGD{}}, pieces{same, MeanSquaredError{}, SGD{}};
  GradientMonitor one{whole}, other{pieces};
  whole.fit(data, {.epochs = 2, .batch_size = 0, .shuffle = false});
  pieces.fit(data, {.epochs = 2, .batch_size = 0, .piece = 5, .shuffle = false});
  for (std::size_t step = 0; step < 2; ++step) {
    for (std::size_t i = 0; i < 3; ++i) {
      CHECK(other.at(step, i).output == doctest::Approx(one.at(step, i).output));
      CHECK(other.at(step, i).input_gradient == doctest::Approx(one.at(step, i).input_gradient));
      CHECK(other.at(step, i).silent == one.at(step, i).silent);
    }
  }
}

TEST_CASE("what vanishes or explodes is told with the step since which it has") {
  Net net;
  Trainer trainer{net, MeanSquaredError{}, SGD{}};
  GradientMonitor monitor{trainer, {.vanishing = 1e-3, .exploding = 1e2}};
  const auto show = [&](double first, double last) {
    const double one = 1;
    for (const std::uint32_t i : {0u, 1u, 2u}) monitor.see({i, "output", &one, 1, 1});
    monitor.see_gradients(gradients(first, last));
  };
  show(1, 1);
  CHECK((monitor.flow(0) == Flow::sound && monitor.since(0) == 0));
  show(1e-6, 1);
  CHECK((monitor.flow(0) == Flow::vanishing && monitor.since(0) == 1));
  CHECK((monitor.flow(2) == Flow::sound && monitor.since(2) == 0));
  show(1e-9, 1e-2);
  CHECK((monitor.flow(0) == Flow::vanishing && monitor.since(0) == 1));
  show(1e-9, 1e-8);  // small, but no smaller than where the gradient comes from
  CHECK((monitor.flow(0) == Flow::sound && monitor.since(0) == 3));
  show(1e3, 1);
  CHECK((monitor.flow(0) == Flow::exploding && monitor.since(0) == 4));
  show(std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity());
  CHECK((monitor.flow(0) == Flow::exploding && monitor.since(0) == 4));
  CHECK((monitor.flow(2) == Flow::exploding && monitor.since(2) == 5));
  CHECK(monitor.report().find("exploding since step 4") != std::string::npos);
  CHECK((monitor.flow(1) == Flow::sound));  // has no weights
}

TEST_CASE("twelve sigmoid layers vanish from the first step, their last layer does not") {
  using Sigmoids = Deep<12, Linear<8>, Linear<3>>;
  Network<Sigmoids, Features<4>, Engine<float>> net{Seed{1}};
  Trainer trainer{net, CrossEntropy{}, SGD{}};
  GradientMonitor monitor{trainer};
  const auto x = numbers<float, 2>({20, 4});
  const auto y = labels(20, 3);
  for (int i = 0; i < 3; ++i) trainer.step(x, y);
  CHECK((monitor.flow(0) == Flow::vanishing && monitor.since(0) == 0));
  CHECK((monitor.flow(24) == Flow::sound));
  CHECK(monitor.at(2, 0).weight_gradient < 1e-4 * monitor.at(2, 24).weight_gradient);
  const std::string report = monitor.report();
  CHECK(report.find("vanishing since step 0\n") != std::string::npos);
  CHECK(std::ranges::count(report, '\n') == 2 + 25);
}

TEST_CASE("units of a ReLU that are 0 for all samples are silent, and dead after some steps") {
  struct Derived : ReLU {};
  Network<Sequential<Linear<6>, Derived, Linear<3>>, Features<4>, Engine<float>> net{Seed{3}};
  for (const std::size_t unit : {1u, 4u}) net.tensor("0.bias")[unit] = -100;
  net.tensor("0.bias")[2] = -0.5f;
  Trainer trainer{net, CrossEntropy{}, SGD{.learning_rate = 0}};
  GradientMonitor monitor{trainer, {.dead_after = 3}};
  const auto x = numbers<float, 2>({50, 4});
  const auto y = labels(50, 3);
  trainer.step(x, y);
  trainer.step(x, y);
  CHECK(monitor.at(1, 1).silent == 2);
  CHECK(monitor.dead(1) == 0);
  trainer.step(x, y);
  CHECK(monitor.dead(1) == 2);
  CHECK(monitor.dead(0) == 0);
  CHECK(monitor.report().find("2 of 6 units dead") != std::string::npos);
  net.tensor("0.bias")[4] = 100;
  trainer.step(x, y);
  CHECK(monitor.dead(1) == 1);
  CHECK(monitor.at(3, 1).silent == 1);
  CHECK(monitor.at(2, 1).silent == 2);
}

TEST_CASE("the last steps are kept, and a monitor that is gone does not watch") {
  Net net;
  Trainer trainer{net, MeanSquaredError{}, SGD{.learning_rate = 0.1}};
  const auto x = numbers<double, 2>({5, 4}, 1), y = numbers<double, 2>({5, 3}, 2);
  {
    GradientMonitor monitor{trainer, {.keep = 2}};
    CHECK(monitor.report() == "no step of training was seen\n");
    trainer.step(x, y);
    const double first = monitor.at(0, 2).weight_gradient;
    trainer.step(x, y);
    CHECK(monitor.at(0, 2).weight_gradient == first);
    CHECK(monitor.at(1, 2).weight_gradient == doctest::Approx(length(trainer.gradients().subspan(48))));
    trainer.step(x, y);
    CHECK(monitor.at(2, 2).weight_gradient == doctest::Approx(length(trainer.gradients().subspan(48))));
    CHECK_THROWS_WITH_AS(monitor.at(0, 2),
                         "strata::GradientMonitor: was asked for layer 2 in step 0, but saw 3 layers in 3 steps and "
                         "keeps the last 2",
                         ValueError);
    CHECK_THROWS_AS(monitor.at(3, 0), ValueError);
    CHECK_THROWS_AS(monitor.at(2, 3), ValueError);
    CHECK(trainer.observer() == &monitor);
  }
  CHECK(trainer.observer() == nullptr);
  trainer.step(x, y);
  CHECK_THROWS_AS((GradientMonitor{trainer, {.keep = 0}}), ValueError);
}
