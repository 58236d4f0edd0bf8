// What each option of an LSTM costs a training step: H = 128, batches of 32 sequences of 28 steps of 28 features.
// Behind the times stands each option's ratio to the plain layer, of medians of rounds that take turns.
//
//   bench_models_lstm_options [seconds]      how long to measure in all; 20

#include <strata/strata.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace {

using namespace strata;
using Clock = std::chrono::steady_clock;

constexpr std::size_t batch = 32, steps = 28, features_in = 28;

struct Case {
  std::string name;
  std::function<void()> step;
  std::vector<double> milliseconds = {};

  double median() const {
    auto sorted = milliseconds;
    std::nth_element(sorted.begin(), sorted.begin() + static_cast<long>(sorted.size() / 2), sorted.end());
    return sorted[sorted.size() / 2];
  }
};

/// A training step on random labels; throws where ten of them do not lower the loss.
template <class... Options>
Case make(const std::string& name, int threads) {
  struct Model : Sequential<LSTM<128, Options...>, LastStep, Linear<10>> {};
  using Net = Network<Model, Sequence<features_in>, Cpu<float>>;
  struct Training {
    Net net{Seed{1}};
    Trainer<Net, CrossEntropy, Adam> trainer{net, CrossEntropy{}, Adam{.learning_rate = 1e-3f}};
    xt::xtensor<float, 3> x = xt::xtensor<float, 3>::from_shape({batch, steps, features_in});
    xt::xtensor<std::int32_t, 1> y = xt::xtensor<std::int32_t, 1>::from_shape({batch});
  };
  const auto training = std::make_shared<Training>();
  InitialRandom random(philox_key(1));
  for (float& v : training->x) v = static_cast<float>(2 * random.uniform() - 1);
  for (std::size_t i = 0; i < batch; ++i) training->y(i) = static_cast<std::int32_t>(i % 10);
  training->trainer.set_threads({threads});
  double first = 0, last = 0;
  for (int i = 0; i < 5; ++i) first += training->trainer.step(training->x, training->y);
  for (int i = 0; i < 30; ++i) training->trainer.step(training->x, training->y);
  for (int i = 0; i < 5; ++i) last += training->trainer.step(training->x, training->y);
  if (!(last < first)) throw Error("the loss of " + name + " does not fall");
  return {name, [training] { training->trainer.step(training->x, training->y); }};
}

void run(int threads, double seconds) {
  std::vector<Case> cases;
  cases.push_back(make<>("LSTM<128>", threads));
  cases.push_back(make<OutputDropout<0.5>>("OutputDropout<0.5>", threads));
  cases.push_back(make<DropConnect<0.3>>("DropConnect<0.3>", threads));
  cases.push_back(make<VariationalDropout<0.25>>("VariationalDropout<0.25>", threads));
  cases.push_back(make<RecurrentDropout<0.2>>("RecurrentDropout<0.2>", threads));
  cases.push_back(make<Zoneout<0.1, 0.05>>("Zoneout<0.1, 0.05>", threads));
  cases.push_back(make<Peephole>("Peephole", threads));
  cases.push_back(make<LayerNormGates>("LayerNormGates", threads));
  cases.push_back(make<OutputDropout<0.5>, DropConnect<0.3>, VariationalDropout<0.25>, RecurrentDropout<0.2>,
                       Zoneout<0.1, 0.05>, Peephole>("all masks and peepholes", threads));
  const auto end = Clock::now() + std::chrono::duration<double>(seconds);
  while (Clock::now() < end) {
    for (Case& c : cases) {
      const auto begin = Clock::now();
      for (int i = 0; i < 4; ++i) c.step();
      c.milliseconds.push_back(std::chrono::duration<double, std::milli>(Clock::now() - begin).count() / 4);
    }
  }
  for (const Case& c : cases) {
    std::printf("%-28s %d thread(s) %10.3f ms %8.2f x  (%zu rounds)\n", c.name.c_str(), threads, c.median(),
                c.median() / cases[0].median(), c.milliseconds.size());
  }
}

}  // namespace

int main(int count, char** arguments) {
  const double seconds = count > 1 ? std::atof(arguments[1]) : 20;
  for (const int threads : {1, 2}) run(threads, seconds / 2);
}
