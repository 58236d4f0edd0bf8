#include <strata/backend/thrust/halves.hpp>

#include <doctest/doctest.h>

#include <vector>

using namespace strata;

TEST_CASE("values side by side, or some apart, become one in pairs") {
  for (const unsigned apart : {1u, 3u}) {
    for (const unsigned count : {1u, 2u, 16u}) {
      std::vector<double> values(count * apart);
      for (unsigned i = 0; i < values.size(); ++i) values[i] = 1 << i % 10;
      std::vector<double> expected(apart, 0);
      for (unsigned i = 0; i < values.size(); ++i) expected[i % apart] += values[i];
      for (unsigned half = count / 2; half > 0; half /= 2) {
        for (unsigned i = 0; i < values.size(); ++i)
          detail::halve(&values[i], i / apart, half, apart, [](double a, double b) { return a + b; });
      }
      CHECK(std::vector<double>(values.begin(), values.begin() + apart) == expected);
    }
  }
}

TEST_CASE("the first half comes first") {
  std::vector<int> values{1, 2, 3, 4};
  for (unsigned i = 0; i < 4; ++i) detail::halve(&values[i], i, 2, 1, [](int a, int b) { return 10 * a + b; });
  CHECK(values == std::vector<int>{13, 24, 3, 4});
}
