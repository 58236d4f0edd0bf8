#define STRATA_TESTED_SYSTEM omp
#include <backend/cpu/hits.cpp>
#include <backend/thrust/on_blocks.hpp>

#include <cmath>
#include <limits>
#include <numeric>

TEST_CASE_TEMPLATE("threads that share a row find what one finds, in any order", T, float, double) {
  for (const std::size_t columns : {1u, 3u, 4u, 5u, 10u, 64u, 513u, 1000u, 3000u}) {
    const std::size_t rows = 70;
    auto scores = numbers<T>(rows * columns, 1), weights = numbers<T>(rows, 2);
    for (std::size_t i = 0; i < scores.size(); ++i) {
      if (i % 2 == 0 || i / columns % 3 == 0) scores[i] = std::round(4 * scores[i]);  // many are equally high
      if (i % 7 == 0 || i / columns == 5) scores[i] = std::numeric_limits<T>::quiet_NaN();
    }
    weights[3] = 0;
    std::vector<std::int32_t> labels(rows);
    for (std::size_t r = 0; r < rows; ++r) {
      const ops::HitArguments<T> row{1, columns, &scores[r * columns], nullptr, nullptr, nullptr};
      labels[r] = static_cast<std::int32_t>((HighestScore<T>::of(row, 0).column + r % 2) % columns);
    }
    std::vector<T> expected(rows, 9), forwards(rows, 9), backwards(rows, 9);
    const auto arguments = [&](std::vector<T>& hits) {
      return ops::HitArguments<T>{rows, columns, scores.data(), labels.data(), weights.data(), hits.data()};
    };
    Kernel<ops::Hits, Cpu<T>>::run({1}, arguments(expected));
    const auto kernel = detail::HitsBlock<T>::of(arguments(forwards)),
               again = detail::HitsBlock<T>::of(arguments(backwards));
    support::on_blocks(kernel.blocks(), kernel, false);
    support::on_blocks(again.blocks(), again, true);
    CHECK(forwards == expected);
    CHECK(backwards == expected);
    CHECK(std::accumulate(expected.begin(), expected.end(), 0) >= 34);
  }
}
