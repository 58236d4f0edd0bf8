#include <doctest/doctest.h>

#include <strata/core/math.hpp>
#include <strata/core/simd.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <type_traits>

namespace math = strata::math;

namespace {

static_assert(std::is_same_v<math::value_of<float>, float>);
static_assert(std::is_same_v<math::value_of<strata::simd<double>>, double>);
static_assert(math::select(true, 1.0, 2.0) == 1.0);
static_assert(math::max(1.0f, 2.0f) == 2.0f && math::min(1.0, 2.0) == 1.0);
static_assert(math::constant<float>(0.5) == 0.5f);

double lane(float x) { return static_cast<double>(x); }
double lane(double x) { return x; }
template <class T>
double lane(const strata::simd<T>& v) {
  return static_cast<double>(v.get(v.size - 1));
}

}  // namespace

TEST_CASE_TEMPLATE("one formula serves numbers and batches", V, float, double, strata::simd<float>,
                   strata::simd<double>) {
  const double tolerance = sizeof(math::value_of<V>) == 4 ? 1e-6 : 1e-14;
  for (const double x : {-20.0, -3.0, -0.75, 0.25, 1.0, 4.5}) {
    const V v = math::constant<V>(x);
    const auto close = [&](const V& got, double expected) {
      CAPTURE(x);
      CHECK(std::abs(lane(got) - expected) <= tolerance * std::abs(expected));
    };
    close(v, x);
    close(math::exp(v), std::exp(x));
    close(math::tanh(v), std::tanh(x));
    close(math::abs(v), std::abs(x));
    close(math::log(math::abs(v)), std::log(std::abs(x)));
    close(math::sqrt(math::abs(v)), std::sqrt(std::abs(x)));
    close(math::max(v, math::constant<V>(0.5)), std::max(x, 0.5));
    close(math::min(v, math::constant<V>(0.5)), std::min(x, 0.5));
    close(math::sigmoid(v), 1 / (1 + std::exp(-x)));
    close(math::select(v < V(0), -v, v + V(1)), x < 0 ? -x : x + 1);
  }
}

TEST_CASE_TEMPLATE("a NaN in the first argument comes through max and min; sigmoid saturates", V, float, double,
                   strata::simd<float>, strata::simd<double>) {
  const V nan = math::constant<V>(std::numeric_limits<double>::quiet_NaN());
  CHECK(std::isnan(lane(math::max(nan, V(0)))));
  CHECK(std::isnan(lane(math::min(nan, V(0)))));
  CHECK(lane(math::sigmoid(math::constant<V>(-1e4))) == 0.0);
  CHECK(lane(math::sigmoid(math::constant<V>(1e4))) == 1.0);
}
