#include <strata/optim/l2.hpp>

#include <optim/support.hpp>

using namespace strata;
using namespace optim_test;

namespace {
double half_square(double w) { return w * w / 2; }
}  // namespace

TEST_CASE_TEMPLATE("L2 at the trainer: every weight, no bias, no gain", Backend, STRATA_TEST_BACKENDS) {
  using T = fixtures::element<Backend>;
  const auto without = one_step<Backend, Plain>(), with = one_step<Backend, Plain>(L2<0.25>{});
  const std::vector<std::string> decayed{"0.weight", "3.weight"};
  check_added<T>(with, without, decayed, [](double w) { return 0.25 * w; });
  CHECK(with.loss - without.loss == doctest::Approx(0.25 * sum_of(without, decayed, half_square)).epsilon(1e-5));
}

TEST_CASE_TEMPLATE("L2 on a layer: its weight alone, besides the trainer's", Backend, STRATA_TEST_BACKENDS) {
  using T = fixtures::element<Backend>;
  using Policed = Net<With<Linear<6>, L2<0.5>>>;
  const auto without = one_step<Backend, Plain>(), with = one_step<Backend, Policed>();
  check_added<T>(with, without, {"0.weight"}, [](double w) { return 0.5 * w; });
  CHECK(with.loss - without.loss == doctest::Approx(0.5 * sum_of(without, {"0.weight"}, half_square)).epsilon(1e-5));
  const auto trainer = one_step<Backend, Plain>(L2<0.25>{}), both = one_step<Backend, Policed>(L2<0.25>{});
  check_added<T>(both, trainer, {"0.weight"}, [](double w) { return 0.5 * w; });
}

TEST_CASE_TEMPLATE("L2 does not depend on the size of the batch's pieces: it is added once a step", Backend,
                   STRATA_TEST_BACKENDS) {
  using T = fixtures::element<Backend>;
  struct {
    xt::xtensor<T, 2> inputs{{1, 2}, {3, 4}, {5, 6}, {7, 8}};
    xt::xtensor<T, 2> targets{{1}, {0}, {1}, {0}};
  } const data;
  const auto loss_in_pieces = [&](std::size_t piece) {
    Network<Linear<1>, Features<2>, Backend> net{Seed{3}};
    Trainer trainer{net, MeanSquaredError{}, SGD{.learning_rate = 1e-3}, L2<10.0>{}};
    return trainer.fit(data, {.batch_size = 0, .piece = piece}).epochs[0].loss;
  };
  CHECK(loss_in_pieces(1) == doctest::Approx(loss_in_pieces(4)).epsilon(1e-5));
}
