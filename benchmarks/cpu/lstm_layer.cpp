// An LSTM layer alone, prediction and forward with backward, beside oneDNN's primitive, which knows no head and no
// optimizer. Rows are time-major on both sides. In training oneDNN packs its weights in every step.

#include "../gpu/close.hpp"
#include "bench.hpp"
#include "layer_pass.hpp"

#if defined(WITH_ONEDNN)
#include "onednn_lstm.hpp"
#endif

namespace {

template <std::size_t I, std::size_t H, bool Backward>
using Pass = LayerPass<strata::LSTM<H>, strata::Sequence<I>, Backward>;

#if defined(WITH_ONEDNN)
template <class Net>
onednn::LstmWeights weights_of(const Net& net) {
  const auto one = net.tensor("bias_ih_l0"), other = net.tensor("bias_hh_l0");
  std::vector<float> bias(one.size());
  std::transform(one.begin(), one.end(), other.begin(), bias.begin(), std::plus{});
  return {net.tensor("weight_ih_l0"), net.tensor("weight_hh_l0"), std::move(bias)};
}

template <std::size_t I, std::size_t H, bool Backward>
std::function<double(std::size_t)> onednn_layer(const std::shared_ptr<Pass<I, H, Backward>>& ours,
                                                strata::Extents extents, int threads) {
  const auto dim = [](std::size_t size) { return static_cast<dnnl::memory::dim>(size); };
  const onednn::LstmSizes sizes{dim(extents.batch), dim(extents.steps), dim(I), dim(H)};
  const onednn::Threads with(threads);
  const onednn::LstmWeights weights = weights_of(ours->net());
  if constexpr (Backward) {
    const auto theirs = std::make_shared<onednn::LstmTraining>(sizes, weights, ours->x(), ours->dy());
    theirs->run();
    require_close("oneDNN's outputs", theirs->outputs(), ours->y(), 1e-5);
    require_close("oneDNN's gradient of the inputs", theirs->input_gradient(), ours->dx(), 1e-5);
    require_close("oneDNN's gradient of weight_ih", theirs->weight_gradient(false), ours->gradient("weight_ih_l0"),
                  1e-5);
    require_close("oneDNN's gradient of weight_hh", theirs->weight_gradient(true), ours->gradient("weight_hh_l0"),
                  1e-5);
    return onednn::clocked(threads, [ours, theirs] { theirs->run(); });
  } else {
    const auto theirs = std::make_shared<onednn::LstmPrediction>(sizes, weights, ours->x(), false);
    theirs->run();
    require_close("oneDNN's outputs", theirs->outputs(), ours->y(), 1e-5);
    return onednn::clocked(threads, [ours, theirs] { theirs->run(); });
  }
}
#endif

template <std::size_t I, std::size_t H, bool Backward>
void measure_pass(Bench& bench, const std::string& name, strata::Extents extents) {
  bench.attempt(name, [&] {
    using Ours = Pass<I, H, Backward>;
    const typename Ours::Net net{strata::Seed{1}};
    std::vector<Side> sides;
    std::vector<float> outputs;
    for (int threads = 1; threads <= Ceilings::most_threads; ++threads) {
      const auto ours = std::make_shared<Ours>(net, extents, threads);
      ours->run();
      if (threads == 1) outputs = ours->y();
      else require_close("the outputs on two threads", ours->y(), outputs, 0);
      sides.push_back({"", "", threads, clocked([ours] { ours->run(); })});
#if defined(WITH_ONEDNN)
      sides.push_back({"oneDNN", "", threads, onednn_layer<I, H, Backward>(ours, extents, threads)});
#endif
    }
    const double weights = 4.0 * static_cast<double>(4 * H * (I + H + 2)),
                 others = 4.0 * static_cast<double>(extents.rows() * (I + H));
    // Forward is two products; backward has two for each of them.
    const double flops = 2.0 * static_cast<double>(extents.rows() * 4 * H * (I + H)) * (Backward ? 3 : 1);
    bench.compare(name, {flops, (Backward ? 3 : 1) * (weights + others), weights + others}, std::move(sides));
  });
}

template <std::size_t B, std::size_t T, std::size_t I, std::size_t H>
void measure_layer(Bench& bench) {
  const std::string name = "lstm." + std::to_string(B) + "." + std::to_string(T) + "." + std::to_string(I) + "." +
                           std::to_string(H) + ".layer";
  measure_pass<I, H, false>(bench, name + ".predict", {B, T});
  measure_pass<I, H, true>(bench, name + ".train", {B, T});
}

}  // namespace

void measure_lstm_layer(Bench& bench) {
  measure_layer<1, 100, 28, 28>(bench);
  measure_layer<32, 28, 28, 128>(bench);
  measure_layer<32, 50, 64, 128>(bench);
  measure_layer<20, 35, 200, 200>(bench);
  measure_layer<20, 35, 650, 650>(bench);
}
