// An epoch of the network of examples/fashion on its data, end to end, beside PyTorch's on the same, which lie in one
// tensor and are gathered by index_select.

#include "../gpu/close.hpp"
#include "bench.hpp"
#include "named_weights.hpp"

#include <strata/io/idx.hpp>

#include <cmath>

namespace {

using namespace strata;

struct Classifier : Sequential<LSTM<128>, LastStep, BatchNorm, Residual<Linear<128>, ReLU>, Dropout<0.5>, Linear<10>> {
};
using Net = Network<Classifier, Sequence<28>, Cpu<float>>;
using Images = Dataset<float, 3>;
constexpr std::size_t batch_size = 128;
constexpr double rate = 2e-3;

/// The weights and the trainer of one side.
struct Epochs {
  Net net{Seed{42}};
  Trainer<Net, CrossEntropy, Adam, L2<1e-4>, ClipNorm<1.0>> trainer{net, CrossEntropy{}, Adam{.learning_rate = rate},
                                                                    L2<1e-4>{}, ClipNorm<1.0>{}};
  double loss = 0;

  explicit Epochs(int threads) { trainer.set_threads({threads}); }
  void epoch(const Images& images) {
    loss = trainer.fit(images, {.epochs = 1, .batch_size = batch_size}).epochs.back().loss;
  }
};

/// Masks and orders are other ones, so that losses are only nearly the same.
void check_epoch(const Images& images, TorchCase& peer) {
  const auto theirs = peer.numbers();
  const Net net{Seed{42}};
  const auto outputs = net.predict(slice(images, 0, batch_size).inputs);
  require_close("the outputs", {outputs.data(), outputs.size()}, tensor(theirs, "outputs"), 1e-5);
  Epochs ours(2);
  ours.epoch(images);
  const double loss = static_cast<double>(tensor(theirs, "loss").front()), begin = std::log(10.0);
  if (!(std::abs(ours.loss - loss) < 0.05 * (begin - loss)))
    throw WrongResult("the mean loss of an epoch is " + std::to_string(ours.loss) + ", PyTorch's " +
                      std::to_string(loss));
}

}  // namespace

void measure_fashion(Bench& bench) {
  const std::filesystem::path folder = "/usr/share/datasets/fashion-mnist";
  const std::string name = "fashion.epoch";
  if (!bench.wants(name)) return;
  if (!std::filesystem::exists(folder)) {
    std::printf("no %s (dataset-fashion-mnist), so no row %s\n", folder.c_str(), name.c_str());
    return;
  }
  bench.attempt(name, [&] {
    const std::size_t samples = bench.quick ? 2000 : 55'000;
    const auto images = std::make_shared<const Images>(slice(io::load_idx(folder).first, 0, samples));
    std::vector<Side> sides;
    for (int threads = 1; threads <= Ceilings::most_threads; ++threads) {
      const auto ours = std::make_shared<Epochs>(threads);
      sides.push_back({"", "", threads, clocked([ours, images] { ours->epoch(*images); })});
    }
    if (bench.torch) {
      const auto& x = images->inputs;
      const auto& y = images->targets;
      const Net net{Seed{42}};
      std::vector<io::NamedTensor> tensors = named_weights(net, "net.");
      tensors.push_back({"x", {samples, 28, 28}, std::span<const float>(x.data(), x.size())});
      tensors.push_back({"y", {samples}, std::span<const std::int32_t>(y.data(), y.size())});
      const auto peer = std::make_shared<TorchCase>(
          *bench.torch, nlohmann::json{{"kind", "fashion"}, {"batch", batch_size}, {"rate", rate}}, tensors);
      check_epoch(*images, *peer);
      for (Side& side : torch_sides(peer, "eager")) sides.push_back(std::move(side));
    }
    const std::size_t batches = samples / batch_size, rest = samples % batch_size;
    const double flops = static_cast<double>(batches * training_flops<Classifier, Sequence<28>>({batch_size, 28}) +
                                             training_flops<Classifier, Sequence<28>>({rest, 28}));
    bench.compare(name, {flops, 4.0 * static_cast<double>(images->inputs.size()), 0}, std::move(sides), Pace::few());
  });
}
