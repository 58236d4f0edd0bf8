// Checked, so that sessions and trainers count what they really use.
#if !defined(STRATA_CHECKED)
#define STRATA_CHECKED
#endif
#include "network/support.hpp"

#include <doctest/doctest.h>

using namespace network_tests;

namespace {
constexpr std::size_t lstm = 4 * 5 * 4 + 4 * 5 * 5 + 2 * 4 * 5;
struct Block : Residual<Linear<8>, Tanh> {};
struct Skipping : Sequential<Linear<8>, Block, Linear<3>> {};
struct Reader : Sequential<LSTM<8>, LastStep, Linear<3>> {};
struct Three : Sequential<Linear<30>, ReLU, Linear<5>> {};

template <class Net, class In>
void check_arena(Extents extents) {
  Network<Net, In, Engine<float>> net;
  Session session(net, Threads{1});
  const std::vector<float> x(extents.rows() * features<In>, 0.5f);
  std::vector<float> y(extents.rows() * 8);
  net.predict_into(session, extents, x.data(), y.data());
  CHECK(session.bytes() == memory_budget<Net, In>(extents).arena);
  CHECK(session.bytes_used() == session.bytes());
}
}  // namespace

static_assert(parameter_count<Classifier, Sequence<4>> == lstm + 10 + 30 + 18);
static_assert(parameter_count<With<Linear<3>, L1<1e-5>>, Features<4>> == 15);
static_assert(parameter_count<Sequential<Dropout<0.5>, ReLU>, Features<4>> == 0);
static_assert(memory<Classifier, Sequence<4>>({.batch = 16, .steps = 8}) < 32'768);
static_assert(training_memory<Classifier, Sequence<4>>({16, 8}) > memory<Classifier, Sequence<4>>({16, 8}));
static_assert(memory<Perceptron, Features<4>, double>({3, 1}) == 2 * memory<Perceptron, Features<4>>({3, 1}));

// Numbers of torch.utils.flop_counter.FlopCounterMode (PyTorch 2.15), forward, and forward with the backward of the
// sum: batches of 7, 9, and 9 with 5 steps.
static_assert(flops<Three, Features<20>>({7, 1}) == 10'500 && training_flops<Three, Features<20>>({7, 1}) == 23'100);
static_assert(flops<Skipping, Features<6>>({9, 1}) == 2'448 && training_flops<Skipping, Features<6>>({9, 1}) == 6'480);
static_assert(flops<Reader, Sequence<6>>({9, 5}) == 40'752 && training_flops<Reader, Sequence<6>>({9, 5}) == 100'368);

TEST_CASE("the arena of a prediction is as large as the plan says and used to its end") {
  check_arena<Classifier, Sequence<4>>({3, 5});
  check_arena<Classifier, Sequence<4>>({1, 1});
  check_arena<Tagger, Sequence<4>>({7, 2});
  check_arena<Perceptron, Features<4>>({33, 1});
  check_arena<Skipping, Features<6>>({2, 1});
}

TEST_CASE("weights, statistics and state are as large as said") {
  Network<Classifier, Sequence<4>, Engine<double>> net;
  Session session(net, Threads{1});
  constexpr MemoryBudget budget = memory_budget<Classifier, Sequence<4>, double>({6, 2});
  CHECK(net.weights().size_bytes() == budget.weights);
  CHECK(net.statistics().size_bytes() == budget.statistics);
  CHECK(session.state("0.h", 6).size_bytes() == 6 * 5 * sizeof(double));
  CHECK(budget.state == 2 * 6 * padded(5) * sizeof(double));
  CHECK(budget.total() == budget.weights + budget.statistics + budget.state + budget.arena);
}

TEST_CASE("the arena of a training step is as large as the plan says and used to its end") {
  Network<Classifier, Sequence<4>, Engine<float>> net;
  Trainer trainer{net, CrossEntropy{}, Adam{}};
  trainer.step(numbers<float, 3>({6, 5, 4}), labels(6, 3));
  constexpr MemoryBudget budget = training_memory_budget<Classifier, Sequence<4>>({6, 5});
  CHECK(trainer.arena_bytes() == budget.arena);
  CHECK(trainer.arena_bytes_used() == budget.arena);
  CHECK(trainer.gradients().size_bytes() == budget.gradients);
  CHECK(budget.moments == 2 * budget.weights);
  CHECK(budget.statistics == 2 * net.statistics().size_bytes());
}
