// Whole networks on Thrust's systems beside the CPU, in one program: outputs, losses, gradients, statistics and weights
// after a step agree within 1e-5 of the largest (float) or 1e-12 (double), masks to the bit. nvcc compiles this for the
// GPU.

#include <strata/strata.hpp>
#include <strata/testing/all_close.hpp>
#include <strata/thrust.hpp>

#include <doctest/doctest.h>

#include "network/support.hpp"

#if defined(__CUDACC__)
#include <cuda/no_device.hpp>
#endif

using namespace network_tests;

namespace {
/// Without BatchNorm, whose gradient is a difference of nearly equal sums: that stands where less comes before it.
struct Reader : Sequential<LSTM<9>, Tanh, Dropout<0.25>, LSTM<7>, LastStep, Residual<Linear<7>, ReLU>, Linear<3>> {};
struct Perceptron3 : Sequential<Linear<17>, BatchNorm, ELU<>, Linear<11>, LeakyReLU<>, Residual<Linear<11>, Sigmoid>,
                                Dropout<0.5>, Linear<3>> {};
struct AlongRows : Sequential<LayerNorm, Linear<9>, RMSNorm, Residual<Softmax, Linear<9>>, LogSoftmax, Linear<3>> {};
template <class... Options>
struct Speller : Sequential<Embedding<9, PaddingId<0>, Options...>, LSTM<7>, LastStep, Linear<3>> {};

/// Recurrent layers of all kinds under all their options.
struct Regularized
    : Sequential<LSTM<9, Zoneout<0.1, 0.05>, DropConnect<0.3>, VariationalDropout<0.25>, RecurrentDropout<0.2>,
                      OutputDropout<0.5>, Peephole, ForgetBias<1.0>>,
                 LSTM<7, LayerNormGates, Zoneout<0.1, 0.05>, Peephole, OutputDropout<0.25>>,
                 Bidirectional<GRU<8, Zoneout<0.0, 0.1>, VariationalDropout<0.2>, RecurrentDropout<0.2>>>,
                 GRU<7, ResetBefore, DropConnect<0.3>, OutputDropout<0.25>>,
                 SimpleRNN<6, VariationalDropout<0.2>, Zoneout<0.0, 0.1>>, LastStep, Linear<3, DropConnect<0.25>>> {};

template <class T>
constexpr double bound = sizeof(T) == 4 ? 1e-5 : 1e-12;

template <class T, class Memory>
std::vector<T> copied(const Buffer<T, Memory>& buffer) {
  std::vector<T> copy(buffer.size());
  buffer.download(copy);
  return copy;
}

/// One step of training on one backend, and what is left behind.
template <class Net, class In, class Backend>
struct Learned {
  using T = typename Backend::element;
  Network<Net, In, Backend> net{Seed{5}};
  double loss;
  std::vector<T> gradients, weights, statistics;
  xt::xtensor<T, 2> scores;

  template <class Inputs>
  explicit Learned(const Inputs& x) {
    Trainer trainer{net, CrossEntropy{}, SGD{.learning_rate = 0.1}, L2<1e-3>{}, L1<1e-4>{}, ClipNorm<0.5>{}};
    trainer.set_threads({2});
    loss = trainer.step(x, labels(x.shape(0), 3));
    gradients = copied(trainer.state().moments[0]);  // SGD's first step keeps the gradient there
    weights = copied(net.weight_buffer());
    statistics = copied(net.statistic_buffer());
    scores = net.predict(x);
  }
};

template <class T, System Where, class Net, class In, class Inputs>
void compare(const Inputs& x) {
  const Learned<Net, In, Cpu<T>> cpu(x);
  const Learned<Net, In, Thrust<Where, T>> other(x);
  CHECK(std::abs(other.loss - cpu.loss) <= bound<T> * std::abs(cpu.loss));
  const auto close = [](const auto& a, const auto& b) { return all_close(a, b, bound<T>).text; };
  CHECK(close(other.gradients, cpu.gradients) == "");
  CHECK(close(other.weights, cpu.weights) == "");
  CHECK(close(other.statistics, cpu.statistics) == "");
  CHECK(close(other.scores, cpu.scores) == "");
  CHECK(all_close(cpu.gradients, std::vector<T>(cpu.gradients.size()), 0).difference > 1e-3);  // there is something
}
template <class T, System Where>
void compare_all() {
  compare<T, Where, Reader, Sequence<6>>(numbers<T, 3>({64, 5, 6}));
  compare<T, Where, Perceptron3, Features<10>>(numbers<T, 2>({65, 10}));
  compare<T, Where, AlongRows, Features<70>>(numbers<T, 2>({65, 70}));
  compare<T, Where, Regularized, Sequence<6>>(numbers<T, 3>({64, 5, 6}));
  xt::xtensor<std::int32_t, 2> ids({64, 5});
  for (std::size_t i = 0; i < ids.size(); ++i) ids.data()[i] = static_cast<std::int32_t>(i * i % 300);
  compare<T, Where, Speller<>, Tokens<300>>(ids);
  compare<T, Where, Speller<DenseGradient>, Tokens<300>>(ids);
}

/// What becomes of ones.
template <class Backend, class Kind, class F>
std::vector<float> drawn(Kind kind, F f) {
  constexpr std::size_t batch = 5, steps = 3, width = 13;
  using Memory = memory_of<Backend>;
  const std::vector<float> ones(batch * steps * width, 1);
  const Counters<float> here{.key = philox_key(99), .step = 3};
  Buffer<float, Memory> x(ones.size()), y(ones.size());
  Buffer<Counters<float>, Memory> counters(1);
  x.upload(ones);
  counters.upload(std::span(&here, 1));
  const auto arguments = kind.template drawn<float>();
  using Drawn = std::remove_const_t<decltype(arguments)>;
  Kernel<ops::MaskedMap, Backend>::run(
      {2}, batch * steps, width, f, Pack<Operand<float>, 1>{{{y.data(), width}}},
      Pack<Operand<const float>, 1>{{{x.data(), width}}},
      ops::MaskArguments<float, Drawn, 1>{{{arguments}}, batch, 7, 0, counters.data()});
  return copied(y);
}
/// What a dropout layer leaves of ones, and what noise makes of them.
template <class Backend>
std::vector<float> mask() {
  return drawn<Backend>(Mask{.rate = 0.3, .place = 24}, ops::Masked{});
}
template <class Backend>
std::vector<float> noise() {
  return drawn<Backend>(ops::Noise{.sigma = 0.3, .place = 24}, ops::Noisy{});
}
}  // namespace

#if !defined(__CUDACC__)
TEST_CASE_TEMPLATE("networks learn on Thrust what they learn on the CPU", T, float, double) {
  compare_all<T, System::cpp>();
  compare_all<T, System::omp>();
}

TEST_CASE("masks and noise are the CPU's to the bit") {
  const auto expected = mask<Cpu<float>>(), disturbed = noise<Cpu<float>>();
  CHECK(mask<Thrust<System::cpp, float>>() == expected);
  CHECK(mask<Thrust<System::omp, float>>() == expected);
  CHECK(noise<Thrust<System::cpp, float>>() == disturbed);
  CHECK(noise<Thrust<System::omp, float>>() == disturbed);
  CHECK(std::count(disturbed.begin(), disturbed.end(), 1.0f) < 3);
  CHECK(std::count(expected.begin(), expected.end(), 0.0f) > 30);
}
#else
TEST_CASE_TEMPLATE("networks learn on the GPU what they learn on the CPU" * doctest::skip(no_device()), T, float,
                   double) {
  compare_all<T, System::cuda>();
}

TEST_CASE("masks and noise of the GPU are the CPU's to the bit" * doctest::skip(no_device())) {
  CHECK(noise<Cuda<float>>() == noise<Cpu<float>>());
  CHECK(mask<Cuda<float>>() == mask<Cpu<float>>());
}
#endif
