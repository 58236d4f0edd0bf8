#pragma once
// A prediction and a training step of a network, with PyTorch's numbers and times of the same.
//
// Inputs are normal numbers. A step is Trainer::step on arrays that stay where they are; PyTorch's is zero_grad,
// forward, CrossEntropyLoss, backward and the fused Adam on tensors that do; where products are in bfloat16, autocast.
// Both are timed at a learning rate so small that the network stays what it is, or numbers would vanish in it in the
// course of a long measurement.

#include "../gpu/close.hpp"
#include "bench.hpp"
#include "named_weights.hpp"
#include "numbers.hpp"

#include <strata/strata.hpp>

template <class Model, class In, class Products = strata::FullPrecision>
class ModelCase {
 public:
  using Net = strata::Network<Model, In, strata::Cpu<float, Products>>;
  static constexpr bool rounds = strata::Rounding<Products>;
  static constexpr double tolerance = rounds ? 1e-2 : 1e-5;  ///< of outputs and a loss
  static constexpr bool sequence = strata::Stepwise<In>;
  using Array = xt::xtensor<float, sequence ? 3 : 2>;
  static constexpr std::size_t classes = 10, checked_steps = 10;
  static constexpr double still = 1e-9;  ///< the learning rate of steps that are timed

  /// `torch_kind` is peers/cpu.py's name for such a network, with its sizes.
  ModelCase(Bench& bench, std::string name, strata::Extents extents, nlohmann::json torch_kind, bool compiles)
      : bench_(&bench),
        name_(std::move(name)),
        extents_(extents),
        torch_kind_(std::move(torch_kind)),
        compiles_(compiles),
        x_(array()),
        y_(xt::xtensor<std::int32_t, 1>::from_shape({extents.batch})) {
    for (std::size_t i = 0; i < extents.batch; ++i) y_(i) = static_cast<std::int32_t>(i % classes);
  }

  void run() {
    bench_->attempt(name_ + ".predict", [&] { predict(); });
    bench_->attempt(name_ + ".train", [&] { train(); });
  }

  void predict() {
    struct Prediction {
      Net net;
      Array x;
      strata::Session<Net> session;
      std::vector<float> y;
      void operator()(strata::Extents extents) { net.predict_into(session, extents, x.data(), y.data()); }
    };
    std::vector<Side> sides;
    std::vector<float> outputs;
    for (int threads = 1; threads <= Ceilings::most_threads; ++threads) {
      const auto ours = std::make_shared<Prediction>(
          Prediction{net_, x_, strata::Session<Net>(net_, strata::Threads{threads}, extents_),
                     std::vector<float>(extents_.batch * classes)});
      (*ours)(extents_);
      if (threads == 1) outputs = ours->y;
      else require_close("the outputs on two threads", ours->y, outputs, 0);
      sides.push_back({"", "", threads, clocked([ours, extents = extents_] { (*ours)(extents); })});
    }
    for (const auto& [variant, peer] : torch_cases("predict")) {
      require_close("the outputs", outputs, tensor(peer->numbers(), "outputs"), tolerance);
      for (Side& side : torch_sides(peer, variant)) {
        if (variant == "compile") side.peer = "torch.compile";  // a row of its own
        sides.push_back(std::move(side));
      }
    }
    const double weights = 4.0 * static_cast<double>(strata::parameter_count<Model, In>),
                 others = 4.0 * static_cast<double>(x_.size() + outputs.size());
    bench_->compare(name_ + ".predict",
                    {static_cast<double>(strata::flops<Model, In>(extents_)), weights + others, weights + others},
                    std::move(sides));
  }

  void train() {
    struct Training {
      Net net;
      Array x;
      xt::xtensor<std::int32_t, 1> y;
      strata::Trainer<Net, strata::CrossEntropy, strata::Adam> trainer;
      Training(const Net& from, const Array& inputs, const xt::xtensor<std::int32_t, 1>& labels, double rate,
               int threads)
          : net(from),
            x(inputs),
            y(labels),
            trainer(net, strata::CrossEntropy{}, strata::Adam{.learning_rate = rate}) {
        trainer.set_threads({threads});
      }
    };
    Training checked(net_, x_, y_, 1e-3, 2);
    std::vector<float> losses;
    for (std::size_t i = 0; i < checked_steps; ++i)
      losses.push_back(static_cast<float>(checked.trainer.step(checked.x, checked.y)));
    if (!(losses.back() < losses.front())) throw WrongResult("the loss does not fall in ten steps");

    std::vector<Side> sides;
    for (int threads = 1; threads <= Ceilings::most_threads; ++threads) {
      const auto ours = std::make_shared<Training>(net_, x_, y_, still, threads);
      sides.push_back({"", "", threads, clocked([ours] { ours->trainer.step(ours->x, ours->y); })});
    }
    for (const auto& [variant, peer] : torch_cases("train")) {
      const std::vector<float> theirs = tensor(peer->numbers(), "losses");
      require_close("the first loss", std::span(losses).first(1), std::span(theirs).first(1), tolerance);
      const float fall = losses.front() - losses.back(), wanted = theirs.front() - theirs.back();
      require_close("how far the loss falls", std::span(&fall, 1), std::span(&wanted, 1),
                    100 * tolerance * (rounds ? 0.05 : 1));
      for (Side& side : torch_sides(peer, variant)) {
        if (variant == "compile") side.peer = "torch.compile";  // a row of its own
        sides.push_back(std::move(side));
      }
    }
    // Weights are read forward and backward, gradients zeroed and written; Adam reads four arrays and writes three.
    const double weights = 4.0 * static_cast<double>(strata::parameter_count<Model, In>);
    bench_->compare(name_ + ".train",
                    {static_cast<double>(strata::training_flops<Model, In>(extents_)), 11 * weights, 4 * weights},
                    std::move(sides));
  }

 private:
  Array array() const {
    typename Array::shape_type shape{};
    shape.front() = extents_.batch;
    if constexpr (sequence) shape[1] = extents_.steps;
    shape.back() = strata::features<In>;
    auto x = Array::from_shape(shape);
    const std::vector<float> values = normal_numbers(x.size(), 3);
    std::copy(values.begin(), values.end(), x.data());
    return x;
  }

  /// PyTorch's, eager and compiled, that work here.
  std::vector<std::pair<std::string, std::shared_ptr<TorchCase>>> torch_cases(const std::string& what) const {
    std::vector<std::pair<std::string, std::shared_ptr<TorchCase>>> cases;
    if (!bench_->torch) return cases;
    std::vector<strata::io::NamedTensor> tensors = named_weights(net_, "net.");
    const std::vector<std::size_t> shape(x_.shape().begin(), x_.shape().end());
    tensors.push_back({"x", shape, std::span<const float>(x_.data(), x_.size())});
    tensors.push_back({"y", {extents_.batch}, std::span<const std::int32_t>(y_.data(), y_.size())});
    for (const std::string variant : {"eager", "compile"}) {
      if (variant == "compile" && !compiles_) continue;
      nlohmann::json kind = torch_kind_;
      kind.update({{"what", what}, {"variant", variant}, {"still", still}, {"autocast", rounds}});
      try {
        cases.emplace_back(variant, std::make_shared<TorchCase>(*bench_->torch, kind, tensors));
      } catch (const strata::Error& error) {
        if (variant == "eager") throw;
        std::printf("%s.%s: torch.compile does not work here: %s\n", name_.c_str(), what.c_str(), error.what());
      }
    }
    return cases;
  }

  Bench* bench_;
  std::string name_;
  strata::Extents extents_;
  nlohmann::json torch_kind_;
  bool compiles_;
  Array x_;
  xt::xtensor<std::int32_t, 1> y_;
  Net net_{strata::Seed{1}};
};
