#include <strata/losses/cross_entropy.hpp>

#include <losses/checks.hpp>

using namespace strata;

TEST_CASE_TEMPLATE("CrossEntropy: masked rows, sequences, pieces", Backend, STRATA_TEST_BACKENDS) {
  losses_test::check_mask<Backend>(CrossEntropy{});
  losses_test::check_sequence<Backend>(CrossEntropy{});
  losses_test::check_pieces<Backend>(CrossEntropy{});
}

TEST_CASE("CrossEntropy's gradient is its derivative") { losses_test::check_gradient<Engine<double>>(CrossEntropy{}); }

TEST_CASE_TEMPLATE("CrossEntropy of equal scores is the logarithm of their number", Backend, STRATA_TEST_BACKENDS) {
  using T = fixtures::element<Backend>;
  const std::vector<std::int32_t> labels{2};
  for (const T level : {T(0), T(-80), T(1e6)}) {
    const auto result = fixtures::run_loss<Backend, Features<5>>(CrossEntropy{}, {1, 1}, std::vector<T>(5, level),
                                                                 Targets<std::int32_t, T>{labels.data()}, 1);
    fixtures::check_near(result.losses, std::vector<double>{std::log(5.0)}, fixtures::tolerance<T>, "loss");
    fixtures::check_near(result.gradient, std::vector<double>{0.2, 0.2, -0.8, 0.2, 0.2}, fixtures::tolerance<T>,
                         "gradient");
  }
}

TEST_CASE_TEMPLATE("CrossEntropy takes a score of -infinity for an impossible class", Backend, STRATA_TEST_BACKENDS) {
  using T = fixtures::element<Backend>;
  const T never = -std::numeric_limits<T>::infinity();
  const std::vector<std::int32_t> labels{0};
  const auto result = fixtures::run_loss<Backend, Features<3>>(CrossEntropy{}, {1, 1}, {T(1), never, T(1)},
                                                               Targets<std::int32_t, T>{labels.data()}, 1);
  fixtures::check_near(result.losses, std::vector<double>{std::log(2.0)}, fixtures::tolerance<T>, "loss");
  CHECK(result.gradient[1] == T(0));
}

TEST_CASE_TEMPLATE("CrossEntropy of a row that is not finite and not masked is not finite", Backend,
                   STRATA_TEST_BACKENDS) {
  using T = fixtures::element<Backend>;
  const std::vector<std::int32_t> labels{0};
  for (std::size_t at = 0; at < 3; ++at) {
    std::vector<T> scores(3, T(1));
    scores[at] = std::numeric_limits<T>::quiet_NaN();
    const auto result = fixtures::run_loss<Backend, Features<3>>(CrossEntropy{}, {1, 1}, scores,
                                                                 Targets<std::int32_t, T>{labels.data()}, 1);
    CHECK_FALSE(std::isfinite(result.losses[0]));
  }
}

TEST_CASE("CrossEntropy names the first label that is no class") {
  const auto check = [](std::vector<std::int32_t> labels) { CrossEntropy::check<Features<10>, float>(labels); };
  CHECK_NOTHROW(check({0, 9}));
  CHECK_NOTHROW(check({}));
  CHECK_THROWS_WITH_AS(check({3, 10, -1}),
                       "strata::CrossEntropy: label 10 at position 1 of the batch is not in [0, 10)", ValueError);
  CHECK_THROWS_WITH_AS(check({0, 1, -1}), "strata::CrossEntropy: label -1 at position 2 of the batch is not in [0, 10)",
                       ValueError);
}

TEST_CASE("a trainer refuses a bad label and leaves the network alone") {
  Network<Linear<3>, Features<2>, Engine<float>> net{Seed{1}};
  const auto before = std::vector<float>(net.weights().begin(), net.weights().end());
  Trainer trainer{net, CrossEntropy{}, SGD{}};
  const xt::xtensor<float, 2> x{{1, 2}, {3, 4}};
  const xt::xtensor<std::int32_t, 1> labels{0, 3};
  CHECK_THROWS_WITH_AS(trainer.step(x, labels),
                       "strata::CrossEntropy: label 3 at position 1 of the batch is not in [0, 3)", ValueError);
  CHECK(std::ranges::equal(before, net.weights()));
}

TEST_CASE_TEMPLATE("a training step in pieces has the gradient of the whole batch", Backend, STRATA_TEST_BACKENDS) {
  using T = fixtures::element<Backend>;
  xt::xtensor<T, 2> x(std::array<std::size_t, 2>{7, 4});
  std::ranges::copy(losses_test::numbers<T>(28, 1), x.begin());
  xt::xtensor<std::int32_t, 1> labels(std::array<std::size_t, 1>{7});
  std::ranges::copy(losses_test::labels(7, 3, 2), labels.begin());
  struct {
    xt::xtensor<T, 2> inputs;
    xt::xtensor<std::int32_t, 1> targets;
  } const data{x, labels};
  const std::vector<double> weights{1, 2, 0.5, 0, 3, 1, 1};
  const auto gradient_in_pieces = [&](std::size_t piece) {
    Network<Sequential<Linear<5>, Tanh, Linear<3>>, Features<4>, Backend> net{Seed{3}};
    Trainer trainer{net, CrossEntropy{}, SGD{}};
    trainer.fit(data, {.epochs = 1, .batch_size = 0, .piece = piece, .shuffle = false, .sample_weights = weights});
    return std::vector<T>(trainer.gradients().begin(), trainer.gradients().end());
  };
  const auto whole = gradient_in_pieces(0);
  for (const std::size_t piece : {1u, 3u}) {
    fixtures::check_near(gradient_in_pieces(piece), whole, fixtures::tolerance<T>,
                         "pieces of " + std::to_string(piece));
  }
}
