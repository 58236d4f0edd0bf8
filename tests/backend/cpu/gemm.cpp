// Tests of matrix products. A unit that defines STRATA_TESTED_PRODUCT, a function of arguments and a number of threads,
// STRATA_TESTED_FORM, whether it takes factors transposed so, STRATA_TESTED_TYPES, and STRATA_TESTED_FACTOR, what a
// factor is rounded to, before it includes this tests another than gemm.
#include <doctest/doctest.h>

#include <strata/backend/cpu/gemm.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#if !defined(STRATA_TESTED_PRODUCT)
#define STRATA_TESTED_PRODUCT strata::gemm
#define STRATA_TESTED_FORM(transpose_a, transpose_b) true
#endif
#if !defined(STRATA_TESTED_FACTOR)
#define STRATA_TESTED_TYPES float, double
#define STRATA_TESTED_FACTOR(x) (x)
#endif

namespace {

using strata::ops::MatmulArguments;

constexpr bool tested(bool transpose_a, bool transpose_b) {
  static_cast<void>(transpose_a), static_cast<void>(transpose_b);
  return STRATA_TESTED_FORM(transpose_a, transpose_b);
}

/// Numbers in [-1, 1) from a multiplicative generator.
template <class T>
std::vector<T> numbers(std::size_t count, std::uint64_t seed) {
  std::vector<T> values(count);
  std::uint64_t state = seed * 2654435761u + 1;
  for (T& value : values) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    value = static_cast<T>(static_cast<double>(state >> 40) * 0x1p-23 - 1.0);
  }
  return values;
}

/// One product. With a bias, the operands fill their memory to the last element, so that the address sanitizer
/// sees one read too many; without, the rows have gaps. The gaps of C are sentinels.
template <class T>
struct Problem {
  std::size_t m, n, k;
  bool transpose_a, transpose_b, accumulate, biased, relu = false;
  std::size_t gap = biased ? 0 : 3;
  std::size_t lda = (transpose_a ? m : k) + gap, ldb = (transpose_b ? k : n) + gap, ldc = n + 7;
  std::vector<T> a = factor((transpose_a ? k : m) * lda, 1);
  std::vector<T> b = factor((transpose_b ? n : k) * ldb, 2);
  std::vector<T> before = numbers<T>(m * ldc, 3);
  std::vector<T> bias = numbers<T>(n, 4);

  static std::vector<T> factor(std::size_t count, std::uint64_t seed) {
    std::vector<T> values = numbers<T>(count, seed);
    for (T& value : values) value = STRATA_TESTED_FACTOR(value);
    return values;
  }
  MatmulArguments<T> arguments(std::vector<T>& c) const {
    return {m,
            n,
            k,
            a.data(),
            lda,
            transpose_a,
            b.data(),
            ldb,
            transpose_b,
            c.data(),
            ldc,
            accumulate,
            biased ? bias.data() : nullptr,
            relu ? strata::ops::Activation::relu : strata::ops::Activation::none};
  }
  std::vector<T> product(int threads) const {
    std::vector<T> c = before;
    STRATA_TESTED_PRODUCT(arguments(c), threads);
    return c;
  }
  std::vector<T> naive() const {
    std::vector<T> c = before;
    for (std::size_t i = 0; i < m; ++i) {
      for (std::size_t j = 0; j < n; ++j) {
        double sum = (accumulate ? before[i * ldc + j] : 0.0) + (biased ? bias[j] : 0.0);
        for (std::size_t p = 0; p < k; ++p) {
          sum += static_cast<double>(transpose_a ? a[p * lda + i] : a[i * lda + p]) *
                 static_cast<double>(transpose_b ? b[j * ldb + p] : b[p * ldb + j]);
        }
        c[i * ldc + j] = static_cast<T>(relu ? std::max(sum, 0.0) : sum);
      }
    }
    return c;
  }
};

/// |a - b| <= rtol max|b| + atol over the matrix, and beyond its columns nothing is touched.
template <class T>
void check(const Problem<T>& problem) {
  if (!tested(problem.transpose_a, problem.transpose_b)) return;
  CAPTURE(problem.m);
  CAPTURE(problem.n);
  CAPTURE(problem.k);
  CAPTURE(problem.transpose_a);
  CAPTURE(problem.transpose_b);
  CAPTURE(problem.accumulate);
  CAPTURE(problem.biased);
  CAPTURE(problem.relu);
  const std::vector<T> c = problem.product(1), expected = problem.naive();
  double largest = 0;
  for (std::size_t at = 0; at < c.size(); ++at) {
    if (at % problem.ldc >= problem.n) continue;
    largest = std::max(largest, std::abs(static_cast<double>(expected[at])));
  }
  const double bound = (sizeof(T) == 4 ? 4e-6 : 1e-14) * (largest + 1);
  std::size_t wrong = 0, touched = 0;
  for (std::size_t at = 0; at < c.size(); ++at) {
    if (at % problem.ldc >= problem.n) {
      touched += c[at] != problem.before[at];
    } else {
      wrong += !(std::abs(static_cast<double>(c[at]) - static_cast<double>(expected[at])) <= bound);
    }
  }
  CHECK(wrong == 0);
  CHECK(touched == 0);
}

}  // namespace

TEST_CASE_TEMPLATE("gemm agrees with the double loop at every kind of edge", T, STRATA_TESTED_TYPES) {
  const std::size_t rows[] = {1, 2, 3, 5, 7, 9, 14, 15, 31, 65};
  const std::size_t columns[] = {1, 3, 8, 15, 16, 17, 31, 33, 64, 70};
  const std::size_t depths[] = {0, 1, 4, 7, 16, 28, 45};
  for (const std::size_t m : rows) {
    for (const std::size_t n : columns) {
      for (const std::size_t k : depths) {
        const bool odd = (m + n + k) % 2 == 1;
        for (int form = 0; form < 4; ++form) {
          check(Problem<T>{m, n, k, (form & 1) != 0, (form & 2) != 0, odd, form % 3 == 0});
          check(Problem<T>{m, n, k, (form & 1) != 0, (form & 2) != 0, !odd, form % 3 != 0});
          check(Problem<T>{m, n, k, (form & 1) != 0, (form & 2) != 0, odd, form % 3 != 0, true});
        }
      }
    }
  }
}

TEST_CASE_TEMPLATE("gemm agrees with the double loop beyond one block", T, STRATA_TESTED_TYPES) {
  for (const bool accumulate : {false, true}) {
    check(Problem<T>{3, 40, 700, false, true, accumulate, true});
    check(Problem<T>{190, 70, 385, false, false, accumulate, true});
    check(Problem<T>{190, 70, 769, false, false, accumulate, true, true});
    check(Problem<T>{190, 33, 769, true, false, accumulate, false});
    check(Problem<T>{128, 512, 128, false, true, accumulate, true});
    check(Problem<T>{401, 28, 64, false, false, accumulate, true});
  }
}

TEST_CASE_TEMPLATE("gemm has the same bits for any number of threads", T, STRATA_TESTED_TYPES) {
  const Problem<T> wide{50, 300, 430, false, true, true, true}, high{300, 50, 430, false, true, true, true};
  const Problem<T> turned{300, 50, 430, true, false, false, true};
  for (const Problem<T>& problem : {wide, high, turned}) {
    if (!tested(problem.transpose_a, problem.transpose_b)) continue;
    const std::vector<T> one = problem.product(1);
    for (const int threads : {2, 3, 5, 64}) CHECK(problem.product(threads) == one);
  }
}

TEST_CASE_TEMPLATE("a row of a product has the bits of that row alone", T, STRATA_TESTED_TYPES) {
  for (const bool transpose_b : {false, true}) {
    if (!tested(false, transpose_b)) continue;
    const Problem<T> problem{37, 77, 430, false, transpose_b, false, true};
    const std::vector<T> all = problem.product(1);
    for (std::size_t row = 0; row < problem.m; ++row) {
      std::vector<T> c = problem.before;
      MatmulArguments<T> alone = problem.arguments(c);
      alone.m = 1;
      alone.a += row * problem.lda;
      STRATA_TESTED_PRODUCT(alone, 1);
      for (std::size_t j = 0; j < problem.n; ++j) REQUIRE(c[j] == all[row * problem.ldc + j]);
    }
  }
}

TEST_CASE_TEMPLATE("infinities and NaNs stay in their row and column", T, STRATA_TESTED_TYPES) {
  for (int form = 0; form < 4; ++form) {
    Problem<T> problem{9, 37, 21, (form & 1) != 0, (form & 2) != 0, false, false};
    if (!tested(problem.transpose_a, problem.transpose_b)) continue;
    problem.a[problem.transpose_a ? 4 * problem.lda + 6 : 6 * problem.lda + 4] = std::numeric_limits<T>::quiet_NaN();
    problem.b[problem.transpose_b ? 36 * problem.ldb + 3 : 3 * problem.ldb + 36] = std::numeric_limits<T>::infinity();
    const std::vector<T> c = problem.product(1);
    std::size_t wrong = 0;
    for (std::size_t i = 0; i < problem.m; ++i) {
      for (std::size_t j = 0; j < problem.n; ++j) {
        wrong += std::isfinite(c[i * problem.ldc + j]) != (i != 6 && j != 36);
      }
    }
    CHECK(wrong == 0);
  }
}

TEST_CASE_TEMPLATE("an activation changes the bits as it would behind the product, of NaNs too", T,
                   STRATA_TESTED_TYPES) {
  for (const bool transpose_b : {false, true}) {
    if (!tested(false, transpose_b)) continue;
    Problem<T> problem{37, 77, 430, false, transpose_b, true, true};
    problem.a[5 * problem.lda] = std::numeric_limits<T>::quiet_NaN();
    const std::vector<T> plain = problem.product(1);
    problem.relu = true;
    const std::vector<T> activated = problem.product(1);
    std::size_t wrong = 0, changed = 0;
    for (std::size_t i = 0; i < problem.m; ++i) {
      for (std::size_t j = 0; j < problem.n; ++j) {
        const T before = plain[i * problem.ldc + j], after = activated[i * problem.ldc + j];
        const T expected = before < 0 ? T(0) : before;
        wrong += std::isnan(expected) ? !std::isnan(after) : after != expected;
        changed += after != before && !std::isnan(before);
      }
    }
    CHECK(wrong == 0);
    CHECK(changed > 1000);
  }
}

TEST_CASE("an empty product changes nothing, a product over nothing leaves the bias") {
  if (!tested(false, false)) return;
  std::vector<float> c{1, 2, 3, 4};
  const float bias[] = {5, 6};
  MatmulArguments<float> g{0, 2, 3, nullptr, 3, false, nullptr, 2, false, c.data(), 2, false, bias};
  STRATA_TESTED_PRODUCT(g, 2);
  g.m = 2, g.n = 0;
  STRATA_TESTED_PRODUCT(g, 2);
  CHECK(c == std::vector<float>{1, 2, 3, 4});
  g.n = 2, g.k = 0, g.accumulate = true;
  STRATA_TESTED_PRODUCT(g, 2);
  CHECK(c == std::vector<float>{6, 8, 8, 10});
  g.transpose_a = g.transpose_b = true, g.accumulate = false;
  STRATA_TESTED_PRODUCT(g, 2);
  CHECK(c == std::vector<float>{5, 6, 5, 6});
  g.bias = nullptr;
  STRATA_TESTED_PRODUCT(g, 2);
  CHECK(c == std::vector<float>{0, 0, 0, 0});
  const float negative[] = {-5, 6};
  g.bias = negative, g.activation = strata::ops::Activation::relu;
  STRATA_TESTED_PRODUCT(g, 2);
  CHECK(c == std::vector<float>{0, 6, 0, 6});
  std::vector<float> wide(20 * 70, 3);
  STRATA_TESTED_PRODUCT(
      MatmulArguments<float>{20, 70, 0, nullptr, 1, false, nullptr, 70, false, wide.data(), 70, false, nullptr}, 2);
  CHECK(wide == std::vector<float>(20 * 70));
}
