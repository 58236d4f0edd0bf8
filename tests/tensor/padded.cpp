#include <doctest/doctest.h>

#include <strata/tensor/padded.hpp>

#include <array>
#include <cstddef>
#include <vector>

using namespace strata;

TEST_CASE("lengths are integers of any kind, one a sample, from 1 to the number of steps") {
  CHECK_NOTHROW(check_lengths(std::vector<std::uint32_t>{1, 4, 2}, {3, 4}, "predict"));
  CHECK_NOTHROW(check_lengths(std::array<std::size_t, 2>{4, 1}, {2, 4}, "predict"));
  CHECK_THROWS_WITH_AS(check_lengths(std::vector<int>{1, 4}, {3, 4}, "predict"),
                       "strata: predict was given 2 length(s) for 3 sample(s)", ShapeError);
  CHECK_THROWS_WITH_AS(check_lengths(std::vector<int>{1, 5}, {2, 4}, "Trainer::fit"),
                       "strata: Trainer::fit was given the length 5 for sample 1, but needs lengths in [1, 4]",
                       ValueError);
  CHECK_THROWS_WITH_AS(check_lengths(std::vector<int>{0, 5}, {2, 4}, "predict"),
                       "strata: predict was given the length 0 for sample 0, but needs lengths in [1, 4]", ValueError);
  CHECK_THROWS_AS(check_lengths(std::vector<int>{-1}, {1, 4}, "predict"), ValueError);
  CHECK_THROWS_AS(check_lengths(std::vector<long>{4294967297}, {1, 4}, "predict"), ValueError);
}
