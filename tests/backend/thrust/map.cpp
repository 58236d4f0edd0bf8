#define STRATA_TESTED_SYSTEM omp
#include <backend/cpu/map.cpp>

#include <numeric>

TEST_CASE("rows are told apart in 32 bits and beyond") {
  std::vector<float> memory(1000);
  std::iota(memory.begin(), memory.end(), 0.0f);
  const auto copied_from = [&](bool narrow, std::size_t columns, std::size_t stride, std::size_t i) {
    float y[10] = {};  // rows of the output lie on each other: what counts are row and column of the input
    detail::MapElement<ops::Identity, float, 1, 1>{{},     columns, narrow, {{{y, 0}}}, {{{memory.data(), stride}}},
                                                   nullptr}(i);
    return y[i % columns];
  };
  for (const bool narrow : {false, true}) {
    CHECK(copied_from(narrow, 10, 12, 9) == 9);
    CHECK(copied_from(narrow, 10, 12, 10) == 12);
    CHECK(copied_from(narrow, 10, 12, 57) == 67);
    CHECK(copied_from(narrow, 10, 0, 57) == 7);
  }
  const std::size_t far = (std::size_t{1} << 33U) + 7;
  CHECK(copied_from(false, std::size_t{1} << 32U, 100, far) == 207);
  CHECK(copied_from(false, far + 1, 100, 5) == 5);
}

TEST_CASE("a flag that is not 0 leaves outputs alone") {
  const double x = 2, flags[] = {0, 1};
  double y = 5;
  for (const double& flag : {flags[1], flags[0]}) {
    Kernel<ops::Map, Tested<double>>::run({.threads = 1, .unless = &flag}, 1, 1, ops::Identity{},
                                          Pack<Operand<double>, 1>{{{&y, 1}}},
                                          Pack<Operand<const double>, 1>{{{&x, 1}}});
    CHECK(y == (flag == 0 ? 2 : 5));
  }
}
