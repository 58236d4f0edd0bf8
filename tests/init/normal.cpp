#include <doctest/doctest.h>

#include <strata/init/normal.hpp>

#include <cmath>
#include <vector>

using namespace strata;

TEST_CASE_TEMPLATE("Normal has mean 0 and the deviation asked for, and is not uniform", T, float, double) {
  const std::size_t n = 100000;
  std::vector<T> memory(n + 16, T(9));
  InitialRandom random(philox_key(3));
  Normal::fill(random, Row<T*, n>{memory.data()}, 0.5);
  double sum = 0, squares = 0, within = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const double x = static_cast<double>(memory[i]);
    sum += x;
    squares += x * x;
    within += std::abs(x) < 0.5 ? 1 : 0;
  }
  const double root = std::sqrt(static_cast<double>(n));
  CHECK(std::abs(sum / n) < 4 * 0.5 / root);
  CHECK(squares / n == doctest::Approx(0.25).epsilon(0.02));
  CHECK(std::abs(within / n - 0.682689) < 4 * std::sqrt(0.68 * 0.32) / root);  // of a normal distribution
  for (std::size_t i = n; i < memory.size(); ++i) CHECK(memory[i] == 9);
}

TEST_CASE("the next number is of the next word, whatever was drawn before") {
  InitialRandom random(philox_key(4)), same(philox_key(4));
  const auto words = philox({{0, 0, 0, 0xffffffffu}}, philox_key(4));
  CHECK(random.normal() == normal<double>(words[0]));
  CHECK(random.uniform() == static_cast<double>(words[1] >> 8) * 0x1p-24);
  same.uniform();
  same.uniform();
  CHECK(random.normal() == same.normal());
}
