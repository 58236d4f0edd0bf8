// A layer of one's own, to copy: its shape, its weight, its formula, its derivative, and the check that they agree.
//
// The layer is PReLU (He, Zhang, Ren & Sun 2015; PyTorch's nn.PReLU): ReLU whose slope below zero is learned.
//
// test: --samples 200 --epochs 2

#include <strata/io/progress.hpp>
#include <strata/strata.hpp>
#include <strata/testing/check_layer.hpp>

#include <CLI/CLI.hpp>

#include <cmath>
#include <cstdio>
#include <numbers>

using namespace strata;

// 1. The sentence a user reads who puts the layer where it can't stand. Its condition is that of `output` below.
template <class Given>
struct PReLUNeedsFeatures {
  static_assert(Featured<Given>, "PReLU: needs Features<N> or Sequence<N>.");
};

// 2. The formulas, one element each, for float, double and SIMD batches alike: select instead of ?:, V(0) instead of 0.
struct Bend {
  template <class V>
  constexpr V operator()(V x, V slope) const {
    return math::select(x > V(0), x, slope * x);
  }
};
struct BendInputGradient {
  template <class V>
  constexpr V operator()(V dy, V x, V slope) const {
    return math::select(x > V(0), dy, dy * slope);
  }
};
struct BendSlopeGradient {
  template <class V>
  constexpr V operator()(V dy, V x) const {
    return math::select(x > V(0), V(0), dy * x);
  }
};

// 3. The layer: an empty type.
/// y = x for x > 0, else weight · x, one weight a feature. Features<N> or Sequence<N> -> the same.
struct PReLU {
  template <Featured In>
  using output = In;
  template <class In>
  using refusal = PReLUNeedsFeatures<In>;
  template <class In>
  using weights = TensorList<Undecayed<Tensor<"weight", features<In>>>>;
  static constexpr Reads backward_reads = Reads::input;  // the planner may reuse the memory of the output

  static constexpr void forward(auto& run, auto x, auto y, auto& slot) {
    ops::map(run, Bend{}, ops::into(y), ops::from(x, get<"weight">(slot.weights)));
  }
  /// Adds to the gradients of weights, overwrites the gradient of the input.
  static constexpr void backward(auto& run, auto x, auto, auto dy, auto dx, auto& slot) {
    ops::reduce_rows(run, BendSlopeGradient{}, ops::accumulate(get<"weight">(slot.gradients)), ops::from(dy, x));
    ops::map(run, BendInputGradient{}, ops::into(dx), ops::from(dy, x, get<"weight">(slot.weights)));
  }
  template <class In>
  static void initialize(auto&, auto weights) {
    constant_fill(get<"weight">(weights), 0.25);
  }
};

// 4. The check: gradients by differences, and the rest of the contract, alone and among other layers.
template <class Layer, class In>
bool check(const char* name) {
  const LayerReport report = check_layer<Layer, In>();
  std::printf("%-32s %4zu gradients, worst relative difference %.1e: %s\n", name, report.coordinates, report.worst,
              report ? "right" : "WRONG");
  if (!report) std::printf("%s\n", report.text.c_str());
  return static_cast<bool>(report);
}

// 5. Its use: points inside and outside a ring.
using Ring = Dataset<float, 2>;
Ring ring(std::size_t count) {
  Ring data{xt::xtensor<float, 2>::from_shape({count, 2}), xt::xtensor<std::int32_t, 1>::from_shape({count})};
  for (std::size_t i = 0; i < count; ++i) {
    const double golden = std::numbers::phi * static_cast<double>(i), radius = golden - std::floor(golden);
    const double angle = static_cast<double>(i);
    data.inputs(i, 0) = static_cast<float>(radius * std::cos(angle));
    data.inputs(i, 1) = static_cast<float>(radius * std::sin(angle));
    data.targets(i) = radius > 0.33 && radius < 0.67 ? 1 : 0;
  }
  return data;
}

int main(int argc, char** argv) {
  std::size_t samples = 1000, epochs = 30;
  CLI::App app{"Checks a layer of one's own and trains with it."};
  app.add_option("--samples", samples, "points to train on")->capture_default_str();
  app.add_option("--epochs", epochs, "passes over them")->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  try {
    const bool right = check<PReLU, Features<5>>("PReLU on features") &&
                       check<PReLU, Sequence<5>>("PReLU on a sequence") &&
                       check<Sequential<Linear<4>, PReLU, Linear<2>>, Features<3>>("PReLU between Linear layers");
    if (!right) return 1;
    Network<Sequential<Linear<16>, PReLU, Linear<16>, PReLU, Linear<2>>, Features<2>, Cpu<float>> net{Seed{1}};
    Trainer trainer{net, CrossEntropy{}, Adam{.learning_rate = 1e-2}};
    const Ring data = ring(samples);
    trainer.fit(data, {.epochs = epochs, .on_epoch = io::Progress{}});
    std::printf("accuracy %.4f\n", trainer.evaluate(data).accuracy.value_or(0));
  } catch (const Error& error) {
    std::fprintf(stderr, "custom_layer: %s\n", error.what());
    return 1;
  }
}
