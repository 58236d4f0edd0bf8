// A recurrent network is as deep as its sequence is long, with the same weights at every step: its gradients vanish or
// explode by a power of them (Pascanu, Mikolov & Bengio 2013). The cell of an LSTM adds where plain units multiply.

#include "recurrent.hpp"

#include <cstring>

using namespace strata;

namespace {

/// Each image as a sequence of so many steps.
Data<3> sequences(const Data<2>& images, std::size_t steps) {
  const auto cut = [&](const Dataset<float, 2>& part) {
    const std::size_t n = part.size(), pixels = part.inputs.shape(1);
    Dataset<float, 3> all{xt::xtensor<float, 3>::from_shape({n, steps, pixels / steps}), part.targets};
    std::copy_n(part.inputs.data(), n * pixels, all.inputs.data());
    return all;
  };
  return {cut(images.first), cut(images.second)};
}

struct Reader : Sequential<SimpleRNN<64, Rectified>, LastStep, Linear<10>> {};
/// Recurrent weights as they begin, times four.
struct TooLargeReader : Reader {
  static void prepare(auto& net) {
    for (float& w : net.tensor("0.weight_hh_l0")) w *= 4;
  }
};
/// The identity (Le, Jaitly & Hinton 2015): what a unit holds stays.
struct IdentityReader : Reader {
  static void prepare(auto& net) {
    auto w = net.tensor("0.weight_hh_l0");
    for (std::size_t i = 0; i < w.size(); ++i) w[i] = i / 64 == i % 64;
    for (const char* name : {"0.bias_ih_l0", "0.bias_hh_l0"}) {
      for (float& b : net.tensor(name)) b = 0;
    }
  }
};

/// The lengths of the gradient at the first and at the last step of the layer at position 1, in the first training
/// step.
class EndsOfTime final : public StepObserver<float> {
 public:
  explicit EndsOfTime(std::size_t steps) : steps_(steps) {}

  void see(const Observation<float>& seen) override {
    if (done_ || seen.position != 1 || std::strcmp(seen.what, "input_gradient") != 0) return;
    const std::size_t step = seen.rows / steps_ * seen.columns;  // time-major: all samples at a step lie together
    first_ = length(seen.data, step);
    last_ = length(seen.data + (steps_ - 1) * step, step);
  }
  void see_gradients(std::span<const float>) override { done_ = true; }

  double ratio() const { return first_ / last_; }

 private:
  static double length(const float* data, std::size_t size) {
    double sum = 0;
    for (std::size_t i = 0; i < size; ++i) sum += static_cast<double>(data[i]) * static_cast<double>(data[i]);
    return std::sqrt(sum);
  }

  std::size_t steps_;
  double first_ = 0, last_ = 0;
  bool done_ = false;
};

/// The Linear layer in front is what wants the recurrent layer's input gradient.
template <class Recurrent>
struct Reading : Sequential<Linear<16>, Recurrent, LastStep, Linear<10>> {};

template <class Recurrent, std::size_t Steps>
void read(const char* name, const Data<2>& images, const Options& options) {
  const Data<3> data = sequences(images, Steps);
  Network<Reading<Recurrent>, Sequence<784 / Steps>, Cpu<float>> net{Seed{options.seed}};
  Trainer trainer{net, CrossEntropy{}, Adam{.learning_rate = 2e-3}, ClipNorm<1.0>{}};
  trainer.set_threads(Threads{1});
  EndsOfTime ends{Steps};
  trainer.observe(&ends);
  const double loss = trainer.fit(data.first, {.epochs = options.epochs, .batch_size = 50}).epochs.back().loss;
  std::printf("%-28s %5zu %20.1e %8.3g %8.3f\n", name, Steps, ends.ratio(), loss,
              accuracy(net.predict(data.second.inputs), data.second.targets));
}
template <std::size_t Steps>
void read_all(const Data<2>& images, const Options& options) {
  read<SimpleRNN<64>, Steps>("plain units", images, options);
  read<LSTM<64>, Steps>("LSTM", images, options);
  read<LSTM<64, ForgetBias<3.0>>, Steps>("LSTM that begins open", images, options);
}

}  // namespace

std::vector<Outcome> exploding_through_time(const Data<2>& images, const Options& options) {
  using Row = Sequence<28>;
  const Data<3> data = sequences(images, 28);
  return {train<TooLargeReader, Row>("four times too large", data, options),
          train<TooLargeReader, Row>("clipped by value, 0.01", data, options, ClipValue<0.01>{}),
          train<TooLargeReader, Row>("clipped by norm, 1", data, options, ClipNorm<1.0>{}),
          train<TooLargeReader, Row>("L1, 0.01", data, options, L1<1e-2>{}),
          train<TooLargeReader, Row>("L2, 0.1", data, options, L2<1e-1>{}),
          train<Reader, Row>("as PyTorch begins", data, options),
          train<IdentityReader, Row>("from the identity", data, options)};
}

void compare_lengths(const Data<2>& images, const Options& options) {
  std::printf("\n%-28s %5s %20s %8s %8s\n", "an image piece by piece", "steps", "gradient, first/last", "loss",
              "accuracy");
  read_all<28>(images, options);
  read_all<196>(images, options);
  read_all<784>(images, options);
}
