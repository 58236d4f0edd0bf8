#pragma once
// A prediction and a training step of a network, checked against PyTorch's before they are timed.
//
// PyTorch wrote, into the folder of the peers, <case>.weights.safetensors and <case>.expected.safetensors: inputs,
// outputs and the losses of ten steps of Adam from those weights, all in float32. Without them small networks are
// checked against the CPU, and large ones only learn.

#include "measure.hpp"

template <std::size_t Hidden>
struct Recurrent : strata::Sequential<strata::LSTM<Hidden>, strata::LastStep, strata::Linear<10>> {};
template <std::size_t Units>
struct Perceptron
    : strata::Sequential<strata::Linear<Units>, strata::ReLU, strata::Linear<Units>, strata::ReLU, strata::Linear<10>> {
};

/// How far results may be from those in float32: outputs, and how much the loss has fallen. PyTorch's own in bfloat16
/// are 4e-3 and 7e-4 away, in float64 5e-7 and 9e-6.
struct Tolerance {
  double outputs, fall;
};
inline Tolerance tolerance_of(const std::string& precision) {
  if (precision == "bf16") return {2e-2, 2e-2};
  if (precision == "TF32") return {2e-3, 5e-3};
  return {1e-5, 1e-3};
}

template <class Model, class In, class Backend>
class ModelCase {
 public:
  using Net = strata::Network<Model, In, Backend>;
  static constexpr bool sequence = strata::Stepwise<In>;
  static constexpr std::size_t checked_steps = 10;

  ModelCase(Bench& bench, std::string name, std::string precision, strata::Extents extents)
      : bench_(&bench),
        name_(std::move(name)),
        precision_(std::move(precision)),
        extents_(extents),
        each_(extents.steps * strata::features<In>) {}

  void run() {
    net_.initialize(strata::Seed{1});
    Expected expected = expect();
    const strata::Buffer<float, strata::memory_of<Backend>> x = uploaded<Backend>(expected.x);
    strata::Buffer<float, strata::memory_of<Backend>> y(extents_.batch * 10);
    strata::Session session{net_, strata::Threads{}, extents_};
    const auto predict = [&] { net_.predict_into(session, extents_, x.data(), y.data()); };
    for (int i = 0; i < 3; ++i) {  // the third is the replay of a recording: what is timed
      y.zero();
      predict();
    }
    const Tolerance tolerance = tolerance_of(precision_);
    if (!expected.outputs.empty())
      require_close("the outputs", downloaded(y, expected.outputs.size()), expected.outputs, tolerance.outputs);
    add("predict", median_ms<Backend>(bench_->seconds(), predict), strata::flops<Model, In>(extents_));

    const Net initial = net_;
    check_training(expected, tolerance);
    net_ = initial;
    add("train", time_training(), strata::training_flops<Model, In>(extents_));
  }

 private:
  struct Expected {
    std::vector<float> x, outputs, losses;
  };

  /// From PyTorch's files; or, for small networks, from the CPU; else nothing but inputs.
  Expected expect() {
    const auto weights = bench_->peers / (name_ + ".weights.safetensors");
    if (!bench_->peers.empty() && std::filesystem::exists(weights)) {
      strata::io::load(net_, weights);
      const auto file = strata::io::read_safetensors(bench_->peers / (name_ + ".expected.safetensors"));
      return {tensor(file, "x"), tensor(file, "outputs"), tensor(file, "losses")};
    }
    Expected expected{numbers(extents_.batch * each_), {}, {}};
    if constexpr (strata::parameter_count<Model, In> < 10000) {
      strata::Network<Model, In, strata::Cpu<float>> here{strata::Seed{1}};
      const auto y = here.predict(array(expected.x, extents_.batch));
      expected.outputs.assign(y.begin(), y.end());
      expected.losses = losses_of(here, expected.x);
    }
    return expected;
  }
  static std::vector<float> tensor(const strata::io::Safetensors& file, const std::string& name) {
    const auto* entry = file.find(name);
    if (entry == nullptr) throw strata::FileError(file.name() + ": no tensor '" + name + "'");
    return file.values<float>(*entry);
  }

  /// [samples, steps, features] or [samples, features].
  auto array(std::span<const float> values, std::size_t samples) const {
    if constexpr (sequence) {
      auto x = xt::xtensor<float, 3>::from_shape({samples, extents_.steps, strata::features<In>});
      std::copy_n(values.data(), x.size(), x.data());
      return x;
    } else {
      auto x = xt::xtensor<float, 2>::from_shape({samples, strata::features<In>});
      std::copy_n(values.data(), x.size(), x.data());
      return x;
    }
  }
  static xt::xtensor<std::int32_t, 1> labels(std::size_t samples) {
    auto y = xt::xtensor<std::int32_t, 1>::from_shape({samples});
    for (std::size_t i = 0; i < samples; ++i) y(i) = static_cast<std::int32_t>(i % 10);
    return y;
  }

  /// The losses of the first steps on one batch.
  template <class Network>
  std::vector<float> losses_of(Network& net, std::span<const float> x) const {
    strata::Trainer trainer{net, strata::CrossEntropy{}, strata::Adam{}};
    std::vector<float> losses;
    for (std::size_t i = 0; i < checked_steps; ++i)
      losses.push_back(static_cast<float>(trainer.step(array(x, extents_.batch), labels(extents_.batch))));
    return losses;
  }

  void check_training(const Expected& expected, Tolerance tolerance) {
    const std::vector<float> losses = losses_of(net_, expected.x);
    const float fall = losses.front() - losses.back();
    if (!(fall > 0)) throw WrongResult("the loss does not fall in ten steps");
    if (expected.losses.empty()) return;
    require_close("the first loss", std::span(losses).first(1), std::span(expected.losses).first(1), tolerance.outputs);
    const float wanted = expected.losses.front() - expected.losses.back();
    require_close("how far the loss falls", std::span(&fall, 1), std::span(&wanted, 1), tolerance.fall);
  }

  /// A step of fit: the median of its epochs. An epoch has enough batches that what it does beside them hardly counts.
  double time_training() {
    const std::size_t batch = extents_.batch, most = bench_->quick ? 2 : 64, least = bench_->quick ? 2 : 8;
    const std::size_t batches = std::clamp((std::size_t{16} << 20U) / (batch * each_), least, most);
    const auto x = numbers(batches * batch * each_);
    const auto inputs = array(x, batches * batch);
    const auto targets = labels(batches * batch);
    const strata::Dataset<float, sequence ? 3 : 2> data{inputs, targets};
    strata::Trainer trainer{net_, strata::CrossEntropy{}, strata::Adam{}};
    std::vector<double> times;
    double spent = 0;
    trainer.fit(
        data,
        {.epochs = 1000000, .batch_size = batch, .piece = batch, .on_epoch = [&](const strata::EpochRecord& record) {
           if (record.epoch <= 2) return true;  // plans, arenas, clocks of the device
           times.push_back(record.seconds * 1e3 / static_cast<double>(batches));
           spent += record.seconds;
           return times.size() < 5 || spent < bench_->seconds();
         }});
    return median(std::move(times));
  }

  void add(const char* what, double ms, std::size_t flops) {
    bench_->results.push_back({name_ + "." + what, precision_, ms, static_cast<double>(flops), false, false});
  }

  Bench* bench_;
  std::string name_, precision_;
  strata::Extents extents_;
  std::size_t each_;  ///< numbers of a sample
  Net net_;
};

template <class Backend, std::size_t B, std::size_t T, std::size_t I, std::size_t H>
void measure_lstm(Bench& bench, const std::string& precision) {
  const std::string name =
      "lstm." + std::to_string(B) + "." + std::to_string(T) + "." + std::to_string(I) + "." + std::to_string(H);
  bench.attempt(name, precision,
                [&] { ModelCase<Recurrent<H>, strata::Sequence<I>, Backend>(bench, name, precision, {B, T}).run(); });
}

template <class Backend, std::size_t B, std::size_t In, std::size_t Units>
void measure_mlp(Bench& bench, const std::string& precision) {
  const std::string name = "mlp." + std::to_string(B) + "." + std::to_string(In) + "." + std::to_string(Units);
  bench.attempt(name, precision, [&] {
    ModelCase<Perceptron<Units>, strata::Features<In>, Backend>(bench, name, precision, {B, 1}).run();
  });
}
