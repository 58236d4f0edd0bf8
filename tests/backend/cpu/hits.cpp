#include <backend/cpu/support.hpp>

#include <strata/backend/cpu/hits.hpp>

using namespace kernel_test;

TEST_CASE_TEMPLATE("a row is a hit where its first highest score is the label's", T, float, double) {
  const std::vector<T> scores{1, 3, 2, 5, 5, 0, -1, -2, -3, 0, 0, 1}, weights{1, 0, T(0.5), 2};
  const std::vector<std::int32_t> labels{1, 0, 2, 2};
  std::vector<T> hits(4, 9);
  Kernel<ops::Hits, Tested<T>>::run({1}, {4, 3, scores.data(), labels.data(), nullptr, hits.data()});
  CHECK(hits == std::vector<T>{1, 1, 0, 1});
  Kernel<ops::Hits, Tested<T>>::run({1}, {4, 3, scores.data(), labels.data(), weights.data(), hits.data()});
  CHECK(hits == std::vector<T>{1, 0, 0, 1});
}
