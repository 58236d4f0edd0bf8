#include <layers/support.hpp>

using namespace layer_test;

namespace {
struct Place {
  const float* weight;
  float* gradient;
  float* state;
  std::uint32_t position;
};

/// Notes where its tensors lie. Features or Sequence -> the same.
struct Probe {
  static inline std::vector<Place> seen;
  template <Featured In>
  using output = In;
  template <class In>
  using weights = TensorList<Tensor<"w", 3>>;
  template <class In>
  using state = TensorList<PerSample<"s", 5>>;
  template <class Run>
  static constexpr void forward(Run& run, auto x, auto y, auto& slot) {
    if constexpr (!Run::planning) {
      seen.push_back(
          {get<"w">(slot.weights).data, get<"w">(slot.gradients).data, get<"s">(slot.state).data, slot.position});
    }
    ops::copy(run, ops::into(y), x);
  }
  static constexpr void backward(auto& run, auto, auto, auto dy, auto dx, auto&) { ops::copy(run, ops::into(dx), dy); }
};
}  // namespace

TEST_CASE("each layer's slot points behind those of the layers before it, containers or not") {
  using Net = Sequential<Probe, Sequential<Dropout<0.5>, Residual<Probe>>, Linear<2>, With<Probe, Freeze>>;
  Probe::seen.clear();
  std::vector<float> w(3 * granule + padded(10) + padded(2)), statistics, state(3 * 4 * granule);
  using Pass = TrainingPass<Net, Features<5>, float>;
  const std::size_t batch = 4;
  const Pass pass({batch, 1}, numbers<float>(batch * 5, 1), w, statistics, state, std::vector<float>(batch * 2), {});
  REQUIRE(Probe::seen.size() == 3);
  const Place first = Probe::seen[0], second = Probe::seen[1], third = Probe::seen[2];
  CHECK(first.weight == w.data());
  CHECK(first.state == state.data());
  CHECK(second.weight - first.weight == granule);
  CHECK(second.gradient - first.gradient == granule);
  CHECK(second.state - first.state == batch * granule);
  CHECK(third.weight - second.weight == granule + padded(10) + padded(2));
  CHECK(third.gradient - second.gradient == third.weight - second.weight);
  CHECK(third.state - second.state == batch * granule);
  CHECK(first.position == 0);
  CHECK(second.position == 2);
  CHECK(third.position == 4);
}

TEST_CASE("names of segments and layers follow the same order as slots") {
  using Net = Sequential<Probe, Sequential<Dropout<0.5>, Residual<Probe>>, Linear<2>, With<Probe, Freeze>>;
  CHECK(names<Weights, Net, Features<5>>() == "0.w 1.1.0.w 2.weight 2.bias 3.w");
  const auto layers = layer_names<Net, Features<5>>();
  REQUIRE(layers.size() == 5);
  CHECK(layers[2].path == "1.1.0");
  CHECK(layers[3].path == "2");
}
