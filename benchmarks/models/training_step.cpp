// One training step of the Fashion-MNIST classifier, batch 128 of 28 steps of 28 pixels, and of a small batch: where
// two threads are at least 1.5 times as fast as one is where it matters that their bits are equal.

#include <strata/strata.hpp>

#include <benchmark/benchmark.h>

#include <algorithm>

namespace {

using namespace strata;

struct Classifier : Sequential<LSTM<128>, LastStep, BatchNorm, Residual<Linear<128>, ReLU>, Dropout<0.5>, Linear<10>> {
};
using Net = Network<Classifier, Sequence<28>, Cpu<float>>;

/// Weights after a few steps.
std::vector<float> trained(const xt::xtensor<float, 3>& x, const xt::xtensor<std::int32_t, 1>& y, int threads) {
  Net net{Seed{42}};
  Trainer trainer{net, CrossEntropy{}, Adam{.learning_rate = 2e-3f}, L2<1e-4>{}, ClipNorm<1.0>{}};
  trainer.set_threads(Threads{threads});
  for (int i = 0; i < 3; ++i) trainer.step(x, y);
  return {net.weights().begin(), net.weights().end()};
}

void classifier(benchmark::State& state) {
  const auto batch = static_cast<std::size_t>(state.range(0));
  const int threads = static_cast<int>(state.range(1));
  auto x = xt::xtensor<float, 3>::from_shape({batch, 28, 28});
  auto y = xt::xtensor<std::int32_t, 1>::from_shape({batch});
  for (std::size_t i = 0; i < x.size(); ++i) x.data()[i] = static_cast<float>(i * 2654435761u % 1000) / 1000.0f;
  for (std::size_t i = 0; i < batch; ++i) y.data()[i] = static_cast<std::int32_t>(i % 10);
  if (trained(x, y, 1) != trained(x, y, threads)) {
    state.SkipWithError("the bits depend on the number of threads");
    return;
  }
  Net net{Seed{42}};
  Trainer trainer{net, CrossEntropy{}, Adam{.learning_rate = 2e-3f}, L2<1e-4>{}, ClipNorm<1.0>{}};
  trainer.set_threads(Threads{threads});
  trainer.step(x, y);
  for (auto _ : state) benchmark::DoNotOptimize(trainer.step(x, y));
  state.counters["samples/s"] =
      benchmark::Counter(static_cast<double>(batch), benchmark::Counter::kIsIterationInvariantRate);
}

BENCHMARK(classifier)
    ->ArgNames({"batch", "threads"})
    ->ArgsProduct({{32, 128}, {1, 2}})
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace
