// One LSTM layer followed by the last step and a classifier: a prediction and a training step.
//
// The names say B (batch), T (steps), I (features a step), H (hidden units); benchmarks/peers/lstm.py times the same.

#include <strata/strata.hpp>

#include <benchmark/benchmark.h>

#include <cmath>

namespace {

using namespace strata;

template <std::size_t Hidden>
struct Recurrent : Sequential<LSTM<Hidden>, LastStep, Linear<10>> {};

auto inputs(std::size_t batch, std::size_t steps, std::size_t features) {
  auto x = xt::xtensor<float, 3>::from_shape({batch, steps, features});
  for (std::size_t i = 0; i < x.size(); ++i) x.data()[i] = static_cast<float>(i * 2654435761u % 2000) / 1000.0f - 1.0f;
  return x;
}
auto labels(std::size_t batch) {
  auto y = xt::xtensor<std::int32_t, 1>::from_shape({batch});
  for (std::size_t i = 0; i < batch; ++i) y.data()[i] = static_cast<std::int32_t>(i % 10);
  return y;
}

template <std::size_t B, std::size_t T, std::size_t I, std::size_t H>
void predict(benchmark::State& state) {
  const Network<Recurrent<H>, Sequence<I>, Cpu<float>> net{Seed{1}};
  const auto x = inputs(B, T, I);
  xt::xtensor<float, 2> y = net.predict(x);
  typename decltype(net)::session session(net, Threads{static_cast<int>(state.range(0))}, Extents{B, T});
  const xt::xtensor<float, 2> expected = y;
  net.predict_into(session, {B, T}, x.data(), y.data());
  if (!(expected == y)) state.SkipWithError("two ways to predict differ");
  for (auto _ : state) {
    net.predict_into(session, {B, T}, x.data(), y.data());
    benchmark::DoNotOptimize(y.data());
  }
}

template <std::size_t B, std::size_t T, std::size_t I, std::size_t H>
void train(benchmark::State& state) {
  Network<Recurrent<H>, Sequence<I>, Cpu<float>> net{Seed{1}};
  Trainer trainer{net, CrossEntropy{}, Adam{.learning_rate = 1e-3f}};
  trainer.set_threads(Threads{static_cast<int>(state.range(0))});
  const auto x = inputs(B, T, I);
  const auto y = labels(B);
  const double first = trainer.step(x, y);
  double last = first;
  for (int i = 0; i < 5; ++i) last = trainer.step(x, y);
  if (!(last < first)) state.SkipWithError("the loss does not fall");
  for (auto _ : state) benchmark::DoNotOptimize(trainer.step(x, y));
}

void threads(benchmark::internal::Benchmark* b) {
  b->ArgName("threads")->Arg(1)->Arg(2)->UseRealTime()->Unit(benchmark::kMicrosecond);
}

BENCHMARK(predict<1, 100, 28, 28>)->Apply(threads);
BENCHMARK(predict<32, 28, 28, 128>)->Apply(threads);
BENCHMARK(predict<32, 50, 64, 128>)->Apply(threads);
BENCHMARK(predict<20, 35, 200, 200>)->Apply(threads);
BENCHMARK(train<1, 100, 28, 28>)->Apply(threads);
BENCHMARK(train<32, 28, 28, 128>)->Apply(threads);
BENCHMARK(train<32, 50, 64, 128>)->Apply(threads);
BENCHMARK(train<20, 35, 200, 200>)->Apply(threads);

}  // namespace
