// 784-512-512-10 with ReLU: predictions and training steps beside PyTorch's.

#include "model.hpp"

namespace {
struct Perceptron
    : strata::Sequential<strata::Linear<512>, strata::ReLU, strata::Linear<512>, strata::ReLU, strata::Linear<10>> {};
}  // namespace

void measure_mlp(Bench& bench) {
  using Case = ModelCase<Perceptron, strata::Features<784>>;
  for (const std::size_t batch : {1U, 64U, 512U}) {
    const std::string name = "mlp." + std::to_string(batch);
    if (!bench.wants(name + ".predict") && !bench.wants(name + ".train")) continue;
    Case one(bench, name, {batch, 1}, {{"kind", "perceptron"}}, !bench.quick);
    if (batch != 64) bench.attempt(name + ".predict", [&] { one.predict(); });
    bench.attempt(name + ".train", [&] { one.train(); });
  }
  const std::string name = "mlp.512.bfloat16";
  if (!bench.wants(name + ".predict") && !bench.wants(name + ".train")) return;
  ModelCase<Perceptron, strata::Features<784>, strata::BFloat16> rounded(bench, name, {512, 1},
                                                                         {{"kind", "perceptron"}}, !bench.quick);
  rounded.run();
}
