#include <doctest/doctest.h>

#include <strata/backend/common/hit_row.hpp>

#include <vector>

using namespace strata;

namespace {
const double not_a_number = std::numeric_limits<double>::quiet_NaN(),
             infinity = std::numeric_limits<double>::infinity();

std::uint32_t highest(const std::vector<double>& row, std::uint32_t parts) {
  const ops::HitArguments<double> a{1, row.size(), row.data(), nullptr, nullptr, nullptr};
  auto all = HighestScore<double>::of(a, 0, parts - 1, parts);
  for (std::uint32_t part = 0; part + 1 < parts; ++part)
    all = HigherScore{}(all, HighestScore<double>::of(a, 0, part, parts));
  return all.column;
}
}  // namespace

TEST_CASE("a row whose label is highest is a hit, unless it weighs nothing") {
  const double scores[] = {0, 2, 1, 4, 3, not_a_number}, weights[] = {2, 0, 1};
  const std::int32_t labels[] = {1, 1, 1};
  double hits[3];
  const ops::HitArguments<double> plain{3, 2, scores, labels, nullptr, hits},
      weighed{3, 2, scores, labels, weights, hits};
  for (std::size_t r = 0; r < 3; ++r) HighestScore<double>::of(plain, r).write(plain, r);
  CHECK(std::vector<double>(hits, hits + 3) == std::vector<double>{1, 1, 0});
  for (std::size_t r = 0; r < 3; ++r) HighestScore<double>::of(weighed, r).write(weighed, r);
  CHECK(std::vector<double>(hits, hits + 3) == std::vector<double>{1, 0, 0});
}

TEST_CASE("the first highest wins, NaN never, however many share the row") {
  for (const std::uint32_t parts : {1u, 2u, 4u}) {
    CHECK(highest({1, 5, 2, 5, 5, 0}, parts) == 1);
    CHECK(highest({1, 2, 7, not_a_number, 7, not_a_number}, parts) == 2);
    CHECK(highest({not_a_number, not_a_number, -3, -4, not_a_number, -3}, parts) == 2);
    CHECK(highest({not_a_number, -infinity, not_a_number, -infinity, not_a_number, not_a_number}, parts) == 0);
    CHECK(highest({not_a_number, not_a_number, not_a_number, not_a_number}, parts) == 0);
    CHECK(highest({1, 2, infinity, 3, infinity, 4}, parts) == 2);
  }
}
