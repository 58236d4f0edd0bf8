#include <doctest/doctest.h>

#include <strata/backend/common/cross_entropy_row.hpp>

#include <cmath>
#include <limits>

using namespace strata;

namespace {
constexpr double scores[] = {1, -2, 0.5};
constexpr std::int32_t label[] = {1};

struct OneRow {
  double loss = 9, gradient[3] = {9, 9, 9};

  OneRow(const double* s, double weight, ops::CrossEntropyTerm term, const double* teacher = nullptr) {
    const double scale = 0.5;
    CrossEntropyRow<double, ScalarLanes<double>>::run(
        {1, 3, 1, s, teacher, {label, &weight, false}, &scale, &loss, gradient, term}, 0);
  }
};
/// softmax(s / T).
double probability(const double* s, int j, double temperature) {
  double sum = 0;
  for (int k = 0; k < 3; ++k) sum += std::exp((s[k] - s[j]) / temperature);
  return 1 / sum;
}
}  // namespace

TEST_CASE("a row against a label is the formula, one number at a time") {
  const OneRow row(scores, 2, {.temperature = 2, .factor = 3});
  CHECK(row.loss == doctest::Approx(-6 * std::log(probability(scores, 1, 2))).epsilon(1e-13));
  for (int j = 0; j < 3; ++j)
    CHECK(row.gradient[j] == doctest::Approx(6 * 0.5 / 2 * (probability(scores, j, 2) - (j == 1))).epsilon(1e-13));
}

TEST_CASE("a row against a teacher is the formula, and is added where that is asked") {
  constexpr double teacher[] = {0, 3, 1};
  const OneRow row(scores, 1, {.temperature = 4, .accumulate = true}, teacher);
  double loss = 9;
  for (int j = 0; j < 3; ++j) {
    const double q = probability(teacher, j, 4), p = probability(scores, j, 4);
    loss -= q * std::log(p);
    CHECK(row.gradient[j] == doctest::Approx(9 + 0.5 / 4 * (p - q)).epsilon(1e-13));
  }
  CHECK(row.loss == doctest::Approx(loss).epsilon(1e-13));
}

TEST_CASE("a masked row counts for nothing, whatever its scores are") {
  const double bad[] = {std::numeric_limits<double>::quiet_NaN(), 1, std::numeric_limits<double>::infinity()};
  const OneRow row(bad, 0, {}), added(bad, 0, {.accumulate = true});
  CHECK(row.loss == 0);
  CHECK(added.loss == 9);
  for (int j = 0; j < 3; ++j) {
    CHECK(row.gradient[j] == 0);
    CHECK(added.gradient[j] == 9);
  }
}
