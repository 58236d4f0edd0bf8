#include <strata/losses/softened.hpp>

#include <losses/checks.hpp>

using namespace strata;

TEST_CASE_TEMPLATE("Softened: masked rows, sequences, pieces", Backend, STRATA_TEST_BACKENDS) {
  losses_test::check_mask<Backend>(Softened<3.0>{});
  losses_test::check_sequence<Backend>(Softened<3.0>{});
  losses_test::check_pieces<Backend>(Softened<3.0>{});
}

TEST_CASE("Softened's gradient is its derivative") { losses_test::check_gradient<Engine<double>>(Softened<3.0>{}); }

TEST_CASE_TEMPLATE("Softened is CrossEntropy of scores divided by the temperature", Backend, STRATA_TEST_BACKENDS) {
  using T = fixtures::element<Backend>;
  auto scores = losses_test::numbers<T>(3 * 6, 1);
  const auto labels = losses_test::labels(3, 6, 2);
  const Targets<std::int32_t, T> targets{labels.data()};
  const auto softened = fixtures::run_loss<Backend, Features<6>>(Softened<4.0>{}, {3, 1}, scores, targets, 3);
  for (T& s : scores) s /= 4;
  auto divided = fixtures::run_loss<Backend, Features<6>>(CrossEntropy{}, {3, 1}, scores, targets, 3);
  for (T& g : divided.gradient) g /= 4;
  fixtures::check_near(softened.losses, divided.losses, fixtures::tolerance<T>, "losses");
  fixtures::check_near(softened.gradient, divided.gradient, fixtures::tolerance<T>, "gradient");
}

TEST_CASE("Softened checks labels as CrossEntropy does") {
  const std::vector<std::int32_t> labels{4};
  CHECK_THROWS_AS((Softened<2.0>::check<Features<4>, float>(labels)), ValueError);
}
