#include <ops/support.hpp>

#include <algorithm>

using namespace ops_test;

namespace {
template <class T>
std::vector<T> naive(const std::vector<T>& a, const std::vector<T>& b, std::size_t m, std::size_t n, std::size_t k) {
  std::vector<T> c(m * n);
  for (std::size_t i = 0; i < m; ++i) {
    for (std::size_t j = 0; j < n; ++j) {
      for (std::size_t p = 0; p < k; ++p) c[i * n + j] += a[i * k + p] * b[p * n + j];
    }
  }
  return c;
}
template <class T>
std::vector<T> turned(const std::vector<T>& a, std::size_t rows, std::size_t columns) {
  std::vector<T> t(a.size());
  for (std::size_t i = 0; i < a.size(); ++i) t[i % columns * rows + i / columns] = a[i];
  return t;
}
constexpr std::size_t m = 4, n = 6, k = 5;
}  // namespace

TEST_CASE_TEMPLATE("into, accumulate, bias and transpositions", T, float, double) {
  SmallRun<T> run;
  const auto a = counted<T>(m * k), b = counted<T>(k * n, 2), bias = counted<T>(n, 9);
  const auto at = turned(a, m, k), bt = turned(b, k, n), product = naive(a, b, m, n, k);
  const Matrix<const T*, k> A{a.data(), m};
  const Matrix<const T*, n> B{b.data(), k};
  const Matrix<const T*, m> At{at.data(), k};
  const Matrix<const T*, k> Bt{bt.data(), n};
  std::vector<T> c(m * n, T(50));
  const Matrix<T*, n> C{c.data(), m};
  const auto is = [&](T factor, bool biased) {
    std::vector<T> expected(m * n);
    for (std::size_t i = 0; i < m * n; ++i) expected[i] = factor * product[i] + (biased ? bias[i % n] : T(0));
    return static_cast<bool>(all_close(c, expected, 1e-6));
  };
  ops::matmul(run, ops::into(C), A, B);
  CHECK(is(1, false));
  ops::matmul(run, ops::accumulate(C), ops::transposed(At), B);
  CHECK(is(2, false));
  ops::matmul(run, ops::accumulate(C), A, ops::transposed(Bt));
  CHECK(is(3, false));
  ops::matmul(run, ops::into(C), ops::transposed(At), ops::transposed(Bt), Row<const T*, n>{bias.data()});
  CHECK(is(1, true));
  const T middle = product[m * n / 2];
  const std::vector<T> low(n, -middle);
  ops::matmul(run, ops::into(C), A, B, Row<const T*, n>{low.data()}, ops::Activation::relu);
  std::vector<T> expected(m * n);
  for (std::size_t i = 0; i < m * n; ++i) expected[i] = std::max(product[i] - middle, T(0));
  CHECK(all_close(c, expected, 1e-6));
  CHECK(std::count(expected.begin(), expected.end(), T(0)) > 0);
  CHECK(std::count(expected.begin(), expected.end(), T(0)) < static_cast<std::ptrdiff_t>(m * n));
  ops::matmul(run, ops::into(Discard{}), A, B);
  ops::matmul(run, ops::accumulate(Discard{}), A, B);
}

TEST_CASE("a dry run counts two operations a multiplication") {
  Planning plan;
  const Matrix<Planned, k> x{{}, Count{1, 0, 0}};
  const Matrix<Planned, k> w{{}, fixed_count(n)};
  const Matrix<Planned, n> y{{}, Count{1, 0, 0}};
  ops::matmul(plan, ops::into(y), x, ops::transposed(w), Row<Planned, n>{});
  CHECK(plan.flops() == Count{2 * n * k, 0, 0});
  ops::matmul(plan, ops::accumulate(w), ops::transposed(y), x);
  CHECK(plan.flops() == Count{4 * n * k, 0, 0});
  ops::matmul(plan, ops::into(Discard{}), y, w);
  CHECK(plan.flops() == Count{4 * n * k, 0, 0});
  CHECK(plan.allocations().empty());
}
