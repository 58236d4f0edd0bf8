#include <doctest/doctest.h>

#include <strata/strata.hpp>

#include <algorithm>
#include <cmath>
#include <vector>

using namespace strata;

namespace {
/// A matrix [rows, Columns] as the initialiser leaves it.
template <class Init, std::size_t Columns, class T = double>
std::vector<T> filled(std::size_t rows, std::uint64_t seed = 1) {
  std::vector<T> w(rows * Columns);
  InitialRandom random(philox_key(seed));
  Init::fill(random, Matrix<T*, Columns>{w.data(), rows}, Columns, rows);
  return w;
}

/// Largest difference of the products of its rows (or columns) from gain² times the unit matrix.
template <class T>
double worst_product(const std::vector<T>& w, std::size_t rows, std::size_t columns, double gain) {
  const bool by_rows = rows <= columns;
  const std::size_t count = std::min(rows, columns), size = std::max(rows, columns);
  const auto at = [&](std::size_t i, std::size_t k) {
    return static_cast<double>(by_rows ? w[i * columns + k] : w[k * columns + i]);
  };
  double worst = 0;
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t j = 0; j < count; ++j) {
      double sum = 0;
      for (std::size_t k = 0; k < size; ++k) sum += at(i, k) * at(j, k);
      worst = std::max(worst, std::abs(sum - (i == j ? gain * gain : 0)));
    }
  }
  return worst;
}
}  // namespace

TEST_CASE("rows are orthonormal, or columns where there are more rows, times the gain") {
  CHECK(worst_product(filled<Orthogonal<>, 40>(40), 40, 40, 1) < 1e-14);
  CHECK(worst_product(filled<Orthogonal<>, 100>(61), 61, 100, 1) < 1e-14);
  CHECK(worst_product(filled<Orthogonal<>, 61>(100), 100, 61, 1) < 1e-14);
  CHECK(worst_product(filled<Orthogonal<1.5>, 20>(30), 30, 20, 1.5) < 1e-14);
  CHECK(worst_product(filled<Orthogonal<>, 7>(1), 1, 7, 1) < 1e-14);
  CHECK(worst_product(filled<Orthogonal<>, 64, float>(64), 64, 64, 1) < 1e-6);
}

TEST_CASE("orthogonal matrices [2, 2] are uniform: elements are cosines of uniform angles") {
  const int n = 20'000;
  double sum = 0, squares = 0, determinants = 0, worst = 0;
  for (int i = 0; i < n; ++i) {
    const auto w = filled<Orthogonal<>, 2>(2, static_cast<std::uint64_t>(i));
    sum += w[0];
    squares += w[0] * w[0];
    determinants += w[0] * w[3] - w[1] * w[2];
    worst = std::max(worst, worst_product(w, 2, 2, 1));
  }
  const double error = 1 / std::sqrt(double(n));  // of the mean of something with variance 1
  CHECK(std::abs(sum / n) < 4 * std::sqrt(0.5) * error);
  CHECK(std::abs(squares / n - 0.5) < 4 * std::sqrt(0.125) * error);
  CHECK(std::abs(determinants / n) < 4 * error);  // as many turn as mirror
  CHECK(worst < 1e-15);                           // some were nearly singular before
}

TEST_CASE("elements have mean 0 and variance 1 / n") {
  const auto w = filled<Orthogonal<>, 300>(200);
  double sum = 0, squares = 0;
  for (const double x : w) {
    sum += x;
    squares += x * x;
  }
  CHECK(std::abs(sum / 60'000) < 4 / std::sqrt(300.0 * 60'000));
  CHECK(squares / 60'000 == doctest::Approx(1.0 / 300).epsilon(1e-12));  // rows have length 1
}

TEST_CASE("a deep linear network of orthogonal weights keeps the length of what it is given") {
  using Same = Linear<16, Orthogonal<>>;
  Network<Sequential<Same, Same, Same, Same, Same, Same>, Features<16>, Cpu<double>> net{Seed{1}};
  xt::xtensor<double, 2> x({1, 16});
  double in = 0, out = 0;
  for (std::size_t j = 0; j < 16; ++j) x(0, j) = std::sin(static_cast<double>(j));
  const auto y = net.predict(x);
  for (std::size_t j = 0; j < 16; ++j) {
    in += x(0, j) * x(0, j);
    out += y(0, j) * y(0, j);
  }
  CHECK(out == doctest::Approx(in).epsilon(1e-13));
}
