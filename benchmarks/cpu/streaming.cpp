// An LSTM layer that is given one step at a time: times of blocks of 16 steps, on one thread, beside oneDNN, an Eigen
// loop and PyTorch. The row of silence is the same after a second of signal (at 8 kHz) has ended, without biases but
// for the forget gate's, so that the state dies away, into denormal numbers.

#include "../gpu/close.hpp"
#include "allocations.hpp"
#include "bench.hpp"
#include "eigen_lstm.hpp"
#include "named_weights.hpp"
#include "numbers.hpp"

#include <strata/strata.hpp>

#if defined(WITH_ONEDNN)
#include "onednn_lstm.hpp"
#endif

#include <algorithm>
#include <array>
#include <cmath>
#include <iomanip>
#include <limits>
#include <map>
#include <sstream>
#include <stdexcept>

namespace {

using Clock = std::chrono::steady_clock;
constexpr std::size_t block = 16, checked = 256;

/// Steps of normal numbers that come again after `period`, zeros from `ends` on.
struct Signal {
  static constexpr std::size_t period = 4096;
  std::size_t width, ends = std::numeric_limits<std::size_t>::max();
  std::vector<float> numbers = normal_numbers(period * width, 5), zeros = std::vector<float>(width);

  const float* at(std::size_t step) const {
    return step < ends ? numbers.data() + step % period * width : zeros.data();
  }
};

/// One side: the outputs of the first steps, then milliseconds of blocks.
struct Streamer {
  std::string peer, variant;
  std::function<std::vector<float>()> first_outputs;
  std::function<void(std::size_t first_step, std::vector<double>& ms)> time;  ///< fills all of ms
  std::size_t slower = 1;  ///< takes so many times fewer steps than the others
  std::size_t at = checked;
  std::vector<double> blocks = {};

  double median_block() const { return median(blocks); }
};

/// A side in this program. All of them are called in the same way.
using Step = std::function<void(const float* x, float* y)>;
Streamer streamer(std::string peer, std::string variant, std::shared_ptr<const Signal> signal, Step step) {
  const auto one = std::make_shared<Step>(std::move(step));
  return {std::move(peer), std::move(variant),
          [signal, one] {
            std::vector<float> outputs(checked * signal->width);
            for (std::size_t t = 0; t < checked; ++t) (*one)(signal->at(t), outputs.data() + t * signal->width);
            return outputs;
          },
          [signal, one](std::size_t first, std::vector<double>& ms) {
            std::array<float, 512> y;
            for (double& each : ms) {
              const auto begin = Clock::now();
              for (std::size_t i = 0; i < block; ++i) (*one)(signal->at(first++), y.data());
              each = std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
            }
          }};
}

template <std::size_t H>
using Net = strata::Network<strata::LSTM<H>, strata::Sequence<H>, strata::Cpu<float>>;

template <std::size_t H>
std::vector<float> summed_bias(const Net<H>& net) {
  const auto one = net.tensor("bias_ih_l0"), other = net.tensor("bias_hh_l0");
  std::vector<float> bias(one.size());
  std::transform(one.begin(), one.end(), other.begin(), bias.begin(), std::plus{});
  return bias;
}

/// With weights held as numbers of a kind.
template <std::size_t H, class Held = strata::FullPrecision>
Streamer ours(const std::shared_ptr<const Signal>& signal, const std::shared_ptr<Net<H>>& net,
              const std::string& peer = "", const std::string& variant = "") {
  using Session = strata::Session<Net<H>, Held>;
  const auto session = std::make_shared<Session>(*net, strata::Threads{1}, strata::Extents{1, 1});
  return streamer(peer, variant, signal, [net, session](const float* x, float* y) {
    net->step(*session, std::span<const float, H>(x, H), std::span<float, H>(y, H));
  });
}

#if defined(WITH_ONEDNN)
template <std::size_t H>
Streamer onednn_stream(const std::shared_ptr<const Signal>& signal, const std::shared_ptr<Net<H>>& net) {
  const onednn::Threads with(1);
  const auto x = std::make_shared<std::vector<float>>(H);
  const auto lstm = std::make_shared<onednn::LstmPrediction>(
      onednn::LstmSizes{1, 1, H, H},
      onednn::LstmWeights{net->tensor("weight_ih_l0"), net->tensor("weight_hh_l0"), summed_bias<H>(*net)}, *x, true);
  return streamer("oneDNN", "", signal, [x, net, lstm](const float* from, float* to) {
    std::copy_n(from, H, x->data());
    lstm->run();
    std::copy_n(lstm->outputs().data(), H, to);
  });
}
#endif

template <std::size_t H>
Streamer torch_stream(Bench& bench, const Signal& signal, const Net<H>& net, const std::string& variant) {
  const std::size_t ends = std::min<std::size_t>(signal.ends, 1U << 30U);
  std::vector<strata::io::NamedTensor> tensors = named_weights(net);
  tensors.push_back({"x", {Signal::period, 1, H}, std::span<const float>(signal.numbers)});
  const auto peer = std::make_shared<TorchCase>(
      *bench.torch, nlohmann::json{{"kind", "stream"}, {"size", H}, {"variant", variant}, {"ends", ends}}, tensors);
  return {"PyTorch", variant, [peer] { return tensor(peer->numbers(), "outputs"); },
          [peer](std::size_t first, std::vector<double>& ms) { ms = peer->blocks(first, ms.size()); }, 10};
}

template <std::size_t H>
std::vector<Streamer> all_sides(Bench& bench, const std::shared_ptr<const Signal>& signal,
                                const std::shared_ptr<Net<H>>& net) {
  std::vector<Streamer> sides{ours<H>(signal, net)};
#if defined(WITH_ONEDNN)
  sides.push_back(onednn_stream<H>(signal, net));
#endif
  const std::vector<float> bias = summed_bias<H>(*net);
  for (auto& [layout, step] : eigen_streams({H, net->tensor("weight_ih_l0"), net->tensor("weight_hh_l0"), bias})) {
    sides.push_back(streamer("Eigen", layout, signal, std::move(step)));
  }
  if (!bench.torch) return sides;
  for (const std::string variant : {"LSTM", "LSTMCell"})
    sides.push_back(torch_stream<H>(bench, *signal, *net, variant));
  return sides;
}

/// All sides in rounds, each going on where it was; returns what ours took from the heap.
std::size_t rounds(std::vector<Streamer>& sides, std::size_t steps) {
  constexpr std::size_t turns = 10;
  std::size_t allocations = 0;
  for (std::size_t turn = 0; turn < turns; ++turn) {
    for (Streamer& side : sides) {
      std::vector<double> ms(std::max<std::size_t>(1, steps / turns / block / side.slower));
      wait_until_quiet();
      if (side.peer.empty()) begin_counting_allocations();
#if defined(WITH_ONEDNN)
      const onednn::Threads with(1);
#endif
      side.time(side.at, ms);
      if (side.peer.empty()) allocations += end_counting_allocations();
      side.at += ms.size() * block;
      side.blocks.insert(side.blocks.end(), ms.begin(), ms.end());
    }
  }
  return allocations;
}

/// A quantile of the blocks, a step.
double step_ms(const Streamer& side, double quantile) {
  std::vector<double> sorted = side.blocks;
  std::sort(sorted.begin(), sorted.end());
  return sorted[static_cast<std::size_t>(quantile * static_cast<double>(sorted.size() - 1))] / block;
}

void add_rows(Bench& bench, const std::string& name, Work work, const std::vector<Streamer>& sides,
              std::size_t allocations) {
  std::map<std::string, const Streamer*> best;
  for (const Streamer& side : sides) {
    const Streamer*& found = best[side.peer];
    if (found == nullptr || side.median_block() < found->median_block()) found = &side;
  }
  const Streamer& strata = *best.at("");
  best.erase("");
  for (const auto& [suffix, quantile] : {std::pair{"", 0.5}, std::pair{".p99", 0.99}, std::pair{".worst", 1.0}}) {
    Row row{name + suffix, 1, step_ms(strata, quantile), work};
    if (!bench.wants(row.name)) continue;
    if (can_count_allocations()) row.allocations = allocations;
    if (best.empty()) bench.rows.push_back(row);
    for (const auto& [peer, side] : best) {
      row.peer = peer;
      row.variant = side->variant;
      row.peer_threads = 1;
      row.peer_ms = step_ms(*side, quantile);
      bench.rows.push_back(row);
    }
  }
}

/// The first of a stream's rows that is wanted; "" without one.
std::string wanted_row(const Bench& bench, const std::string& name) {
  for (const char* suffix : {"", ".p99", ".worst"})
    if (bench.wants(name + suffix)) return name + suffix;
  return "";
}

template <std::size_t H>
void measure_stream(Bench& bench, bool silence) {
  const std::string name = "streaming." + std::to_string(H) + (silence ? ".silence" : "");
  const std::string row = wanted_row(bench, name);
  if (row.empty()) return;
  bench.attempt(row, [&] {
    constexpr std::size_t second = 8000, dying = 3200;  // steps
    const auto net = std::make_shared<Net<H>>(strata::Seed{1});
    auto signal = std::make_shared<Signal>(Signal{H});
    if (silence) {
      signal->ends = second;
      for (const char* bias : {"bias_ih_l0", "bias_hh_l0"}) std::ranges::fill(net->tensor(bias), 0.0F);
      // What forgets a twentieth of a denormal number a step rounds it to itself: it never gets to zero.
      std::ranges::fill(net->tensor("bias_ih_l0").subspan(H, H), 3.0F);
    }
    std::vector<Streamer> sides = all_sides<H>(bench, signal, net);
    const std::vector<float> expected = sides.front().first_outputs();
    for (std::size_t i = 1; i < sides.size(); ++i)
      require_close(sides[i].peer + "'s outputs, " + sides[i].variant, sides[i].first_outputs(), expected, 1e-5);
    if (silence) {  // through the signal, and on until the state has died away
      for (Streamer& side : sides) {
        std::vector<double> ms((second + dying - checked) / block);
        side.time(side.at, ms);
        side.at += ms.size() * block;
      }
    }
    const std::size_t steps = bench.quick ? 20'000 : 1'000'000;
    const std::size_t allocations = rounds(sides, steps);
    const double weights = 4.0 * 4 * H * (2 * H + 1);
    add_rows(bench, name, {2.0 * 4 * H * 2 * H, weights, weights}, sides, allocations);
  });
}

/// Weights held in bfloat16 beside those held as floats, and how far outputs are from each other.
template <std::size_t H>
void measure_rounded(Bench& bench) {
  const std::string name = "streaming." + std::to_string(H) + ".bfloat16";
  const std::string row = wanted_row(bench, name);
  if (row.empty()) return;
  bench.attempt(row, [&] {
    const auto net = std::make_shared<Net<H>>(strata::Seed{1});
    const auto signal = std::make_shared<const Signal>(Signal{H});
    std::vector<Streamer> sides{ours<H, strata::BFloat16>(signal, net)};
    const std::vector<float> rounded = sides.front().first_outputs();
    const std::vector<float> exact = ours<H>(signal, net).first_outputs();
    double most = 0;
    for (std::size_t i = 0; i < exact.size(); ++i)
      most = std::max(most, std::abs(static_cast<double>(rounded[i]) - static_cast<double>(exact[i])));
    const bool finite = std::all_of(rounded.begin(), rounded.end(), [](float y) { return std::isfinite(y); });
    if (!finite || most > 1e-2) throw std::runtime_error("outputs change by " + std::to_string(most));
    std::ostringstream change;
    change << "float32, outputs differ by at most " << std::setprecision(2) << most;
    sides.push_back(ours<H>(signal, net, "Strata", change.str()));
    sides.back().first_outputs();
    const std::size_t allocations = rounds(sides, bench.quick ? 20'000 : 1'000'000);
    const double weights = 2.0 * 4 * H * 2 * H;
    add_rows(bench, name, {2.0 * 4 * H * 2 * H, weights, weights}, sides, allocations);
  });
}

}  // namespace

void measure_streaming(Bench& bench) {
  measure_stream<8>(bench, false);
  measure_stream<16>(bench, false);
  measure_stream<28>(bench, false);
  measure_stream<40>(bench, false);
  measure_stream<40>(bench, true);
  measure_stream<64>(bench, false);
  measure_stream<128>(bench, false);
  measure_rounded<64>(bench);
  measure_rounded<128>(bench);
}
