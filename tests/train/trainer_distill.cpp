#include "network/support.hpp"

#include <doctest/doctest.h>

#include <type_traits>

using namespace network_tests;

namespace {
struct Large : Sequential<Linear<16>, Tanh, Linear<3>> {};
struct Small : Sequential<Linear<3>> {};
using Teacher = Network<Large, Features<4>, Engine<double>>;
using Student = Network<Small, Features<4>, Engine<double>>;
using Loss = decltype(Distill<20.0>::from(std::declval<const Teacher&>()));

// The teacher is held by a pointer to const, with a session and its scores: neither has room for gradients, and a
// network by itself holds weights and statistics alone.
static_assert(sizeof(Loss) <= sizeof(const Teacher*) + sizeof(Teacher::session) + sizeof(Buffer<double>));
static_assert(std::is_same_v<decltype(Distill<20.0>::from(std::declval<Teacher&>())), Loss>);
template <class N>
concept HasGradients = requires(N& n) { n.gradients(); };
static_assert(!HasGradients<Teacher> && !HasGradients<Teacher::session> && !HasGradients<Loss>);

std::vector<double> log_softmax(const double* x, std::size_t n, double temperature) {
  double sum = 0;
  for (std::size_t j = 0; j < n; ++j) sum += std::exp(x[j] / temperature);
  std::vector<double> out(n);
  for (std::size_t j = 0; j < n; ++j) out[j] = x[j] / temperature - std::log(sum);
  return out;
}
}  // namespace

TEST_CASE("a trainer distills: the loss is soft plus hard, and the teacher stays as it is") {
  const Teacher teacher{Seed{2}};
  Student student{Seed{1}};
  const auto x = numbers<double, 2>({8, 4});
  const auto y = labels(8, 3);
  const auto teaches = teacher.predict(x), says = student.predict(x);
  double expected = 0;
  for (std::size_t i = 0; i < 8; ++i) {
    const auto q = log_softmax(&teaches(i, 0), 3, 20), p = log_softmax(&says(i, 0), 3, 20),
               hard = log_softmax(&says(i, 0), 3, 1);
    for (std::size_t j = 0; j < 3; ++j) expected -= std::exp(q[j]) * p[j] / 8;
    expected -= hard[static_cast<std::size_t>(y(i))] / 8;
  }
  const auto before = copy_of_weights(teacher);
  Trainer trainer{student, Distill<20.0>::from(teacher), Adam{.learning_rate = 1e-2}};
  const double first = trainer.step(x, y);
  CHECK(std::abs(first - expected) < 1e-12);
  double last = first;
  for (int i = 0; i < 50; ++i) last = trainer.step(x, y);
  CHECK(last < first);
  CHECK(copy_of_weights(teacher) == before);
}

TEST_CASE("with all weight on the soft loss a student comes to say what its teacher says") {
  const Teacher teacher{Seed{2}};
  Student student{Seed{1}};
  const Dataset<double, 2> data{numbers<double, 2>({64, 4}), labels(64, 3)};
  Trainer trainer{student, Distill<2.0, 1.0, TemperatureSquared>::from(teacher), Adam{.learning_rate = 2e-2}};
  trainer.fit(data, {.epochs = 40, .batch_size = 16, .hold_out = 16});
  const auto a = teacher.predict(data.inputs), b = student.predict(data.inputs);
  std::size_t same = 0;
  for (std::size_t i = 0; i < 64; ++i)
    same += detail::highest_of_row(a, i, 3) == detail::highest_of_row(b, i, 3) ? 1 : 0;
  CHECK(same >= 56);
}
