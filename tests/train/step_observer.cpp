#include <doctest/doctest.h>

#include "network/support.hpp"
#include "train/away.hpp"

#include <string>

using namespace away_tests;

namespace {
/// Writes down what it is shown.
template <class T>
struct Notes : StepObserver<T> {
  std::string text;
  std::vector<T> gradients;

  void see(const Observation<T>& seen) override {
    text.append(std::to_string(seen.position)).append(std::string_view(seen.what) == "output" ? "y " : "");
    text.append(std::string_view(seen.what) == "input_gradient" ? "d " : "");
  }
  void see_gradients(std::span<const T> all) override {
    text.append("| ");
    gradients.assign(all.begin(), all.end());
  }
};
using Net = Network<Perceptron, Features<4>, Engine<float>>;
}  // namespace

TEST_CASE("an observer is shown every layer on the way there and back, piece by piece, then the gradient") {
  Net net{Seed{3}};
  Trainer trainer{net, CrossEntropy{}, SGD{}, L2<1e-2>{}};
  Notes<float> notes;
  CHECK(trainer.observer() == nullptr);
  trainer.observe(&notes);
  CHECK(trainer.observer() == &notes);
  const auto x = numbers<float, 2>({6, 4});
  const auto y = labels(6, 3);
  trainer.step(x, y);
  CHECK(notes.text == "0y 1y 2y 2d 1d | ");  // nobody wants the gradient of the input
  CHECK(notes.gradients.size() == trainer.gradients().size());
  notes.text.clear();
  trainer.fit(Dataset{x, y}, {.epochs = 1, .batch_size = 4, .piece = 2});
  CHECK(notes.text == "0y 1y 2y 2d 1d 0y 1y 2y 2d 1d | 0y 1y 2y 2d 1d | ");
  trainer.observe(nullptr);
  notes.text.clear();
  trainer.step(x, y);
  CHECK(notes.text.empty());
}

TEST_CASE("the gradient is shown before it is regularized and clipped") {
  Net net{Seed{3}}, same{Seed{3}};
  Trainer clipped{net, CrossEntropy{}, SGD{}, L2<1e-2>{}, ClipNorm<1e-3>{}};
  Trainer plain{same, CrossEntropy{}, SGD{}};
  Notes<float> notes;
  clipped.observe(&notes);
  const auto x = numbers<float, 2>({6, 4});
  const auto y = labels(6, 3);
  clipped.step(x, y);
  plain.step(x, y);
  CHECK(std::ranges::equal(notes.gradients, plain.gradients()));
  CHECK_FALSE(std::ranges::equal(notes.gradients, clipped.gradients()));
}

TEST_CASE("whoever looks changes nothing, and sees a step that is refused") {
  using Deep = Sequential<Linear<8>, ReLU, BatchNorm, Linear<8>, Dropout<0.5>, Sigmoid, Linear<3>>;
  Network<Deep, Features<4>, Engine<float>> net{Seed{1}}, same{Seed{1}};
  Trainer watched{net, CrossEntropy{}, Adam{}, ClipNorm<1.0>{}}, alone{same, CrossEntropy{}, Adam{}, ClipNorm<1.0>{}};
  Notes<float> notes;
  watched.observe(&notes);
  const Dataset<float, 2> data{numbers<float, 2>({40, 4}), labels(40, 3)};
  watched.fit(data, {.epochs = 3, .batch_size = 8});
  alone.fit(data, {.epochs = 3, .batch_size = 8});
  CHECK(copy_of_weights(net) == copy_of_weights(same));
  net.tensor("6.bias")[0] = std::numeric_limits<float>::infinity();
  notes.text.clear();
  CHECK_THROWS_AS(watched.step(data.inputs, data.targets), NotFiniteError);
  CHECK(notes.text.ends_with("| "));
  CHECK(std::ranges::any_of(notes.gradients, [](float g) { return !std::isfinite(g); }));
}

TEST_CASE("steps in memory apart are shown as they are sent, not recorded" * doctest::skip(no_device())) {
  Job<Cpu<double>> here;
  Job<Away<double>> there;
  Notes<double> notes, other;
  here.trainer.observe(&notes);
  there.trainer.observe(&other);
  const Dataset<double, 3> data{numbers<double, 3>({40, 6, 4}), labels(40, 3)};
  here.trainer.fit(data, {.epochs = 2, .batch_size = 8});
  there.trainer.fit(data, {.epochs = 2, .batch_size = 8});
  CHECK(std::ranges::count(notes.text, '|') == 10);
  CHECK(other.text == notes.text);
  REQUIRE(other.gradients.size() == notes.gradients.size());
  for (std::size_t i = 0; i < notes.gradients.size(); ++i) {
    CHECK(other.gradients[i] == doctest::Approx(notes.gradients[i]).epsilon(1e-8));
  }
}

#if !defined(__CUDACC__)
TEST_CASE("steps are recorded again once nobody looks") {
  Job<Away<double>> job;
  Notes<double> notes;
  const auto x = numbers<double, 3>({8, 6, 4});
  const auto y = labels(8, 3);
  job.trainer.observe(&notes);
  const std::size_t before = apart::asked().replays;
  for (int i = 0; i < 4; ++i) job.trainer.step(x, y);
  CHECK(apart::asked().replays == before);
  job.trainer.observe(nullptr);
  for (int i = 0; i < 4; ++i) job.trainer.step(x, y);
  CHECK(apart::asked().replays > before);
}
#endif
