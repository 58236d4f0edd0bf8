// A step of Adam under ClipNorm and L2 over a million and a hundred million weights, beside PyTorch's clip_grad_norm_
// and fused Adam with weight decay.
//
// Strata decays before it clips, PyTorch's Adam behind: s (g + λ w) = s g + (s λ) w. PyTorch is given the decay s λ and
// the limit that scale its gradient by s, so that both compute the same numbers, each in its own way.

#include "../gpu/close.hpp"
#include "bench.hpp"
#include "numbers.hpp"

#include <strata/strata.hpp>

#include <cmath>

namespace {

using Backend = strata::Cpu<float>;
constexpr double decay = 1e-4;

struct Weights {
  strata::Buffer<float> w, g, m, v;
  strata::Counters<float> counters{.learning_rate = 1e-3F};
  float penalty = 0;

  explicit Weights(std::size_t count) : w(count), g(count), m(count), v(count) {
    w.upload(normal_numbers(count, 9));
    g.upload(normal_numbers(count, 10));
  }
  static strata::Flat<float*> flat(strata::Buffer<float>& buffer) { return {buffer.data(), buffer.size()}; }
  static strata::Flat<const float*> read(const strata::Buffer<float>& buffer) { return {buffer.data(), buffer.size()}; }

  void step(int threads) {
    strata::ops::Direct<Backend> direct{{threads}};
    const strata::Adam adam;
    adam.advance(counters);
    strata::L2<decay>::regularize(direct, read(w), flat(g), &penalty);
    const std::array gradients{flat(g)};
    strata::ClipNorm<1.0>::clip(direct, std::span<const strata::Flat<float*>>(gradients), &counters);
    adam.update(direct, &std::as_const(counters), 1.0, flat(w), read(g), std::array{flat(m), flat(v)});
    ++counters.step;
  }
};

double norm(std::span<const float> g, std::span<const float> w, double factor) {
  double squares = 0;
  for (std::size_t i = 0; i < g.size(); ++i) {
    const double each = static_cast<double>(g[i]) + factor * static_cast<double>(w[i]);
    squares += each * each;
  }
  return std::sqrt(squares);
}

void measure_weights(Bench& bench, const std::string& name, std::size_t count) {
  bench.attempt(name, [&] {
    const auto ours = std::make_shared<Weights>(count);
    std::shared_ptr<TorchCase> peer;
    constexpr std::size_t drawn = 1U << 20U, compared = 1'000'000;  // the rest are the same numbers again
    if (bench.torch) {
      const double scale = 1 / (norm(ours->g.span(), ours->w.span(), decay) + 1e-6);
      const nlohmann::json what{{"kind", "optimizer"},
                                {"count", count},
                                {"decay", scale * decay},
                                {"limit", scale * (norm(ours->g.span(), ours->w.span(), 0) + 1e-6)}};
      const std::size_t given = std::min(drawn, count);
      const std::vector<strata::io::NamedTensor> tensors{
          {"w", {given}, std::span<const float>(ours->w.span().first(given))},
          {"g", {given}, std::span<const float>(ours->g.span().first(given))}};
      peer = std::make_shared<TorchCase>(*bench.torch, what, tensors);
    }
    ours->step(1);
    std::vector<Side> sides;
    for (int threads = 1; threads <= Ceilings::most_threads; ++threads)
      sides.push_back({"", "", threads, clocked([ours, threads] { ours->step(threads); })});
    if (peer) {
      constexpr double tolerance = 5e-5;  // PyTorch's norm of a million floats is off by 1e-5, and squared in v
      const auto theirs = peer->numbers();
      const auto first = [&](const strata::Buffer<float>& all) { return all.span().first(compared); };
      require_close("the weights", first(ours->w), tensor(theirs, "w"), tolerance);
      require_close("the first moments", first(ours->m), tensor(theirs, "m"), tolerance);
      require_close("the second moments", first(ours->v), tensor(theirs, "v"), tolerance);
      for (Side& side : torch_sides(peer, "fused")) sides.push_back(std::move(side));
    }
    // The gradient is read twice, for its length and for the step; weights and moments are read and written.
    const double bytes = 4.0 * static_cast<double>(count);
    bench.compare(name, {0, 8 * bytes, 4 * bytes}, std::move(sides));
  });
}

}  // namespace

void measure_optimizer(Bench& bench) {
  measure_weights(bench, "adam.1M", 1'000'000);
  measure_weights(bench, "adam.100M", 100'000'000);
}
