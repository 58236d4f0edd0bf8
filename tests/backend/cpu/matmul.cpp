#include <backend/cpu/support.hpp>

#include <strata/backend/cpu/matmul.hpp>

using namespace kernel_test;

TEST_CASE_TEMPLATE("the kernel hands every argument to the product (gemm.cpp tests that)", T, float, double) {
  const std::size_t m = 5, n = 19, k = 7;
  for (int kind = 0; kind < 32; ++kind) {
    const bool ta = kind & 1, tb = kind & 2, accumulate = kind & 4, biased = kind & 8, relu = kind & 16;
    const Rows<T> a(ta ? k : m, ta ? m : k, 2, 1), b(tb ? n : k, tb ? k : n, 3, 2);
    const auto bias = numbers<T>(n, 3);
    Rows<T> c(m, n, 4, 4);
    const Rows<T> before = c;
    Kernel<ops::Matmul, Tested<T>>::run(
        {1}, {m, n, k, a.memory.data(), a.stride, ta, b.memory.data(), b.stride, tb, c.memory.data(), c.stride,
              accumulate, biased ? bias.data() : nullptr, relu ? ops::Activation::relu : ops::Activation::none});
    std::vector<double> got, expected;
    for (std::size_t i = 0; i < m; ++i) {
      for (std::size_t j = 0; j < n; ++j) {
        double sum = (accumulate ? static_cast<double>(before(i, j)) : 0) + (biased ? static_cast<double>(bias[j]) : 0);
        for (std::size_t p = 0; p < k; ++p)
          sum += static_cast<double>(ta ? a(p, i) : a(i, p)) * static_cast<double>(tb ? b(j, p) : b(p, j));
        expected.push_back(relu && sum < 0 ? 0 : sum);
        got.push_back(c(i, j));
      }
    }
    CAPTURE(kind);
    CHECK(all_close(got, expected, rounding<T>));
    CHECK(c.touched(before) == 0);
  }
}

TEST_CASE_TEMPLATE("the bits do not depend on threads", T, float, double) {
  const Rows<T> a(150, 130, 0, 1), b(130, 90, 0, 2);
  Rows<T> first(150, 90, 0, 3), other(150, 90, 0, 3);
  const auto run = [&](Rows<T>& c, int threads) {
    Kernel<ops::Matmul, Tested<T>>::run({threads}, {150, 90, 130, a.memory.data(), 130, false, b.memory.data(), 90,
                                                    false, c.memory.data(), 90, false, nullptr});
  };
  run(first, 1);
  for (const int threads : thread_counts) {
    run(other, threads);
    CHECK(other.memory == first.memory);
  }
}

TEST_CASE_TEMPLATE("rows have the bits they have alone, whichever way the product goes", T, float, double) {
  struct Size {
    std::size_t m, n, k;
    bool transposed;
  };
  // read in place and, with all rows, packed; dot products; too large a B for these
  for (const Size size :
       {Size{700, 300, 400, true}, {700, 300, 400, false}, {9, 70, 600, true}, {9, 1100, 520, true}}) {
    const std::size_t ldb = size.transposed ? size.k : size.n;
    const Rows<T> a(size.m, size.k, 0, 1), b(size.transposed ? size.n : size.k, ldb, 0, 2);
    const auto bias = numbers<T>(size.n, 3), before = numbers<T>(size.m * size.n, 4);
    for (const bool accumulate : {false, true}) {
      const auto run = [&](std::size_t first, std::size_t count, int threads) {
        std::vector<T> c(before.begin() + static_cast<std::ptrdiff_t>(first * size.n),
                         before.begin() + static_cast<std::ptrdiff_t>((first + count) * size.n));
        Kernel<ops::Matmul, Tested<T>>::run(
            {threads}, {count, size.n, size.k, a.memory.data() + first * size.k, size.k, false, b.memory.data(), ldb,
                        size.transposed, c.data(), size.n, accumulate, accumulate ? nullptr : bias.data()});
        return c;
      };
      const auto all = run(0, size.m, 1);
      for (const std::size_t count : {1U, 2U, 5U, 9U}) {
        const std::size_t first = size.m - count;
        const std::vector<T> expected(all.begin() + static_cast<std::ptrdiff_t>(first * size.n), all.end());
        CHECK(run(first, count, 1) == expected);
        CHECK(run(first, count, 3) == expected);
      }
    }
  }
}

TEST_CASE_TEMPLATE("a column that lies as a row does is one", T, float, double) {
  const std::size_t n = 40, k = 700;
  const auto a = numbers<T>(k, 1), b = numbers<T>(n * k, 2);
  std::vector<T> row(n), column(n);
  Kernel<ops::Matmul, Tested<T>>::run({1},
                                      {1, n, k, a.data(), k, false, b.data(), k, true, row.data(), n, false, nullptr});
  Kernel<ops::Matmul, Tested<T>>::run(
      {1}, {1, n, k, a.data(), 1, true, b.data(), k, true, column.data(), n, false, nullptr});
  CHECK(column == row);
}
