#include <strata/losses/distill.hpp>

#include <losses/checks.hpp>

using namespace strata;

namespace {

/// Scores that do not depend on the input: a teacher whose weights are 0 and whose biases are given.
template <class Backend, std::size_t Classes>
auto constant_teacher(const std::vector<double>& scores) {
  using T = fixtures::element<Backend>;
  Network<Linear<Classes>, Features<1>, Backend> teacher;
  teacher.initialize(Seed{1});
  for (T& w : teacher.tensor("weight")) w = 0;
  std::ranges::transform(scores, teacher.tensor("bias").begin(), [](double s) { return static_cast<T>(s); });
  return teacher;
}

/// log softmax(scores / temperature).
std::vector<double> log_softmax(std::vector<double> scores, double temperature) {
  double sum = 0;
  for (double& s : scores) sum += std::exp(s /= temperature);
  for (double& s : scores) s -= std::log(sum);
  return scores;
}

}  // namespace

TEST_CASE_TEMPLATE("Distill is soft + hard, weighted by Alpha and T² on request", Backend, STRATA_TEST_BACKENDS) {
  using T = fixtures::element<Backend>;
  const std::vector<double> s{1, -0.5, 2}, t{0.3, 1.2, -2};
  const auto teacher = constant_teacher<Backend, 3>(t);
  const std::vector<std::int32_t> labels{1};
  const std::vector<T> x{0};
  const auto log_p = log_softmax(s, 5), log_q = log_softmax(t, 5);
  double soft = 0;
  for (std::size_t j = 0; j < 3; ++j) soft -= std::exp(log_q[j]) * log_p[j];
  const double hard = -log_softmax(s, 1)[1];
  const auto check = [&](auto loss, double expected) {
    loss.prepare({1, 1}, x.data());
    const auto result = fixtures::run_loss<Backend, Features<3>>(loss, {1, 1}, std::vector<T>(s.begin(), s.end()),
                                                                 Targets<std::int32_t, T>{labels.data()}, 1);
    fixtures::check_near(result.losses, std::vector<double>{expected}, fixtures::tolerance<T>, "loss");
  };
  check(Distill<5.0>::from(teacher), soft + hard);
  check(Distill<5.0, 0.25>::from(teacher), 0.25 * soft + 0.75 * hard);
  check(Distill<5.0, 0.25, TemperatureSquared>::from(teacher), 0.25 * 25 * soft + 0.75 * hard);
  check(Distill<5.0, 0.0>::from(teacher), hard);
  check(Distill<5.0, 1.0>::from(teacher), soft);
  check(Distill<5.0, plain_sum, TemperatureSquared>::from(teacher), 25 * soft + hard);
}

TEST_CASE_TEMPLATE("Distill masks rows and sums pieces", Backend, STRATA_TEST_BACKENDS) {
  using T = fixtures::element<Backend>;
  const std::vector<T> x(8, T(0));
  std::vector<double> scores(19);
  for (std::size_t j = 0; j < scores.size(); ++j) scores[j] = static_cast<double>(j % 4);
  const auto wide = constant_teacher<Backend, 19>(scores);
  auto masked = Distill<2.0>::from(wide);
  masked.prepare({8, 1}, x.data());
  losses_test::check_mask<Backend>(masked);
  const auto narrow = constant_teacher<Backend, 6>({1, 2, 3, 2, 1, 0});
  auto pieces = Distill<2.0, 0.5, TemperatureSquared>::from(narrow);
  pieces.prepare({8, 1}, x.data());
  losses_test::check_pieces<Backend>(pieces);
}

TEST_CASE("Distill's gradient is its derivative") {
  const auto teacher = constant_teacher<Engine<double>, 5>({1, -1, 0.5, 2, 0});
  auto loss = Distill<3.0, 0.4, TemperatureSquared>::from(teacher);
  const std::vector<double> x(3, 0.0);
  loss.prepare({3, 1}, x.data());
  losses_test::check_gradient<Engine<double>>(loss);
}

TEST_CASE_TEMPLATE("Distill compares each step of a sequence with the teacher's", Backend, STRATA_TEST_BACKENDS) {
  using T = fixtures::element<Backend>;
  constexpr std::size_t batch = 3, steps = 4, rows = batch * steps;
  Network<Linear<5>, Sequence<2>, Backend> on_steps{Seed{5}};
  Network<Linear<5>, Features<2>, Backend> on_rows{Seed{5}};
  REQUIRE(std::ranges::equal(on_steps.weights(), on_rows.weights()));
  const auto x = losses_test::numbers<T>(rows * 2, 1), scores = losses_test::numbers<T>(rows * 5, 2);
  const auto labels = losses_test::labels(rows, 5, 3);
  auto sequences = Distill<2.0>::from(on_steps);
  auto features = Distill<2.0>::from(on_rows);
  sequences.prepare({batch, steps}, x.data());
  features.prepare({rows, 1}, x.data());
  const Targets<std::int32_t, T> targets{labels.data()};
  const auto inside = fixtures::run_loss<Backend, Sequence<5>>(
      sequences, {batch, steps}, fixtures::swapped(std::span<const T>(scores), batch, steps), targets, 12);
  const auto flat = fixtures::run_loss<Backend, Features<5>>(features, {rows, 1}, scores, targets, 12);
  CHECK(fixtures::swapped(std::span<const T>(inside.losses), steps, batch) == flat.losses);
  CHECK(fixtures::swapped(std::span<const T>(inside.gradient), steps, batch) == flat.gradient);
}

TEST_CASE("Distill checks labels as CrossEntropy does, and a teacher is read through const") {
  using Teacher = Network<Linear<4>, Features<1>, Engine<float>>;
  using Loss = decltype(Distill<2.0>::from(std::declval<const Teacher&>()));
  const std::vector<std::int32_t> labels{4};
  CHECK_THROWS_AS((Loss::check<Features<4>, float>(labels)), ValueError);
  CHECK(LossFor<Loss, Features<4>>);
}
