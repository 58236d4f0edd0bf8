#include <strata/losses/mean_squared_error.hpp>

#include <losses/checks.hpp>

using namespace strata;

TEST_CASE_TEMPLATE("MeanSquaredError: masked rows, sequences, pieces", Backend, STRATA_TEST_BACKENDS) {
  losses_test::check_mask<Backend>(MeanSquaredError{});
  losses_test::check_sequence<Backend>(MeanSquaredError{});
  losses_test::check_pieces<Backend>(MeanSquaredError{});
}

TEST_CASE("MeanSquaredError's gradient is its derivative") {
  losses_test::check_gradient<Engine<double>>(MeanSquaredError{});
}

TEST_CASE_TEMPLATE("MeanSquaredError is a mean over the features", Backend, STRATA_TEST_BACKENDS) {
  using T = fixtures::element<Backend>;
  const std::vector<T> targets{0, 0, 0, 0};
  const auto result = fixtures::run_loss<Backend, Features<4>>(MeanSquaredError{}, {1, 1}, {T(2), T(-2), T(0), T(4)},
                                                               Targets<T, T>{targets.data()}, 1);
  CHECK(result.losses == std::vector<T>{6});
  CHECK(result.gradient == std::vector<T>{1, -1, 0, 2});
}

TEST_CASE("MeanSquaredError names the first target that is not finite") {
  const auto check = [](std::vector<float> targets) { MeanSquaredError::check<Features<2>, float>(targets); };
  CHECK_NOTHROW(check({1, -2}));
  CHECK_THROWS_WITH_AS(check({1, std::numeric_limits<float>::infinity()}),
                       "strata::MeanSquaredError: the target at position 1 of the batch is not finite", ValueError);
  CHECK_THROWS_WITH_AS(check({std::numeric_limits<float>::quiet_NaN(), 1}),
                       "strata::MeanSquaredError: the target at position 0 of the batch is not finite", ValueError);
}
