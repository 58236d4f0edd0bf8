#include <doctest/doctest.h>

#include <strata/core/simd.hpp>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <utility>

using namespace strata;

namespace {
using V = simd<float>;
constexpr float infinity = std::numeric_limits<float>::infinity(),
                not_a_number = std::numeric_limits<float>::quiet_NaN();

struct Exp {
  static V of(const V& x) { return math::exp(x); }
  static double of(double x) { return std::exp(x); }
};
struct Tanh {
  static V of(const V& x) { return math::tanh(x); }
  static double of(double x) { return std::tanh(x); }
};
struct Sigmoid {
  static V of(const V& x) { return math::sigmoid(x); }
  static double of(double x) { return 1 / (1 + std::exp(-x)); }
};

template <class F>
float at(float x) {
  float y[V::size];
  lanes::store(y, F::of(V(x)));
  return y[0];
}

/// Units in the last place that a float is off.
double ulps(float y, double exact) {
  if (std::isinf(y) && std::abs(exact) > std::numeric_limits<float>::max()) return 0;
  if (std::abs(exact) > std::numeric_limits<float>::max()) return 1e9;
  int exponent = 0;
  std::frexp(exact, &exponent);
  return std::abs(static_cast<double>(y) - exact) / std::ldexp(1.0, std::max(exponent - 24, -149));
}

/// visit(x) for every `stride`-th float there is, of both signs, infinities among them.
template <class Visit>
void for_floats(std::uint32_t first, std::uint32_t last, std::uint32_t stride, Visit visit) {
  float x[V::size], y[V::size];
  for (std::uint32_t bits = first; bits <= last; bits += stride * static_cast<std::uint32_t>(V::size)) {
    for (std::uint32_t i = 0; i < V::size; ++i) x[i] = std::bit_cast<float>(std::min(bits + i * stride, last));
    visit(x, y);
  }
}
constexpr std::uint32_t sign = 0x80000000U, largest = 0x7f800000U;

template <class F>
double worst() {
  double most = 0;
  for (const std::uint32_t of : {0U, sign}) {
    for_floats(of, of + largest, 997, [&](const float* x, float* y) {
      lanes::store(y, F::of(lanes::load<float>(x)));
      for (std::size_t i = 0; i < V::size; ++i) most = std::max(most, ulps(y[i], F::of(static_cast<double>(x[i]))));
    });
  }
  return most;
}

/// How many units in the last place a function falls below what it was, from one float to the next in [from, to] and in
/// [-to, -from].
template <class F>
double fall(float from, float to) {
  double most = 0;
  const auto check = [&](std::uint32_t first, std::uint32_t last, float rising) {
    float top = -infinity;  // of the function, or of what rises where it is read from right to left
    for_floats(first, last, 1, [&](const float* x, float* y) {
      lanes::store(y, V(rising) * F::of(lanes::load<float>(x)));
      for (std::size_t i = 0; i < V::size; ++i) {
        if (y[i] < top) most = std::max(most, ulps(y[i], static_cast<double>(top)));
        top = std::max(top, y[i]);
      }
    });
  };
  check(std::bit_cast<std::uint32_t>(from), std::bit_cast<std::uint32_t>(to), 1);
  check(sign + std::bit_cast<std::uint32_t>(from), sign + std::bit_cast<std::uint32_t>(to), -1);
  return most;
}
}  // namespace

TEST_CASE("exp, tanh and sigmoid are at most 2.4 units in the last place off, for floats of every size") {
  const double of_exp = worst<Exp>(), of_tanh = worst<Tanh>(), of_sigmoid = worst<Sigmoid>();
  MESSAGE("exp ", of_exp, ", tanh ", of_tanh, ", sigmoid ", of_sigmoid);
  CHECK(of_exp <= 1);
  CHECK(of_tanh <= 2.4);
  CHECK(of_sigmoid <= 2.4);
}

TEST_CASE("infinities and NaN") {
  CHECK(at<Exp>(infinity) == infinity);
  CHECK(at<Exp>(-infinity) == 0);
  CHECK(std::isnan(at<Exp>(not_a_number)));
  CHECK(at<Exp>(0) == 1);
  CHECK(at<Tanh>(infinity) == 1);
  CHECK(at<Tanh>(-infinity) == -1);
  CHECK(std::isnan(at<Tanh>(not_a_number)));
  CHECK(at<Tanh>(0) == 0);
  CHECK(std::signbit(at<Tanh>(-0.0F)));
  CHECK(at<Sigmoid>(infinity) == 1);
  CHECK(at<Sigmoid>(-infinity) == 0);
  CHECK(std::isnan(at<Sigmoid>(not_a_number)));
  CHECK(at<Sigmoid>(0) == 0.5F);
}

TEST_CASE("denormal numbers go in and come out") {
  const float denormal = std::numeric_limits<float>::denorm_min() * 1000;
  CHECK(at<Tanh>(denormal) == denormal);
  CHECK(at<Exp>(denormal) == 1);
  CHECK(at<Exp>(-100) == doctest::Approx(std::exp(-100.0)).epsilon(0.03));
  CHECK(at<Exp>(-103.9F) == std::numeric_limits<float>::denorm_min());
  CHECK(at<Exp>(-104.1F) == 0);
  CHECK(at<Sigmoid>(-100) == doctest::Approx(std::exp(-100.0)).epsilon(0.03));
}

TEST_CASE("exp never falls, tanh and sigmoid by no more than they are off, and tanh stays in [-1, 1]") {
  for (const auto& [from, to] :
       {std::pair{0.34F, 0.355F}, {1.0F, 1.0625F}, {8.9F, 9.1F}, {17.2F, 17.5F}, {88.0F, 89.5F}}) {
    CAPTURE(from);
    CHECK(fall<Exp>(from, to) == 0);
    CHECK(fall<Tanh>(from, to) <= 3);
    CHECK(fall<Sigmoid>(from, to) <= 3);
  }
  CHECK(at<Tanh>(9.02F) == 1);
  CHECK(at<Tanh>(-9.02F) == -1);
}
