#define STRATA_TESTED_SYSTEM omp
#include <backend/cpu/map.cpp>

#include <numeric>

TEST_CASE("rows are told apart in 32 bits and beyond") {
  std::vector<float> memory(1000);
  std::iota(memory.begin(), memory.end(), 0.0f);
  const auto copied_from = [&](std::size_t columns, std::size_t stride, std::size_t i) {
    float y[10] = {};  // rows of the output lie on each other: what counts are row and column of the input
    detail::MapElement<ops::Identity, float, 1, 1>{{}, columns, {{{y, 0}}}, {{{memory.data(), stride}}}, nullptr}(i);
    return y[i % columns];
  };
  CHECK(copied_from(10, 12, 9) == 9);
  CHECK(copied_from(10, 12, 10) == 12);
  CHECK(copied_from(10, 12, 57) == 67);
  CHECK(copied_from(10, 0, 57) == 7);
  const std::size_t far = (std::size_t{1} << 33U) + 7;
  CHECK(copied_from(std::size_t{1} << 32U, 100, far) == 207);
  CHECK(copied_from(far + 1, 100, 5) == 5);
}

TEST_CASE_TEMPLATE("one row is mapped four elements an index, fewer at its end", T, float, double) {
  for (const std::size_t size : {1u, 3u, 4u, 5u, 8u, 11u}) {
    alignas(16) T x[12], y[12];
    for (std::size_t i = 0; i < 12; ++i) {
      x[i] = static_cast<T>(i);
      y[i] = -1;
    }
    const detail::MapFour<ops::Sum, T, 1, 2> kernel{{}, size, {{{y, size}}}, {{{x, size}, {x, size}}}, nullptr};
    for (std::size_t i = 0; i < detail::fours_of(size); ++i) kernel(i);
    for (std::size_t i = 0; i < 12; ++i) CHECK(y[i] == (i < size ? static_cast<T>(2 * i) : T(-1)));
  }
}

TEST_CASE_TEMPLATE("wherever operands begin, map is the formula", T, float, double) {
  const std::size_t columns = 16, rows = 3;
  for (const std::size_t gap : {0u, 1u, 4u}) {
    for (const std::size_t begin : {0u, 1u, 2u}) {
      alignas(16) T x[80], y[80], c[20];
      for (std::size_t i = 0; i < 80; ++i) {
        x[i] = static_cast<T>(i);
        y[i] = -1;
      }
      for (std::size_t i = 0; i < 20; ++i) c[i] = static_cast<T>(100 * i);
      for (const bool repeated : {false, true}) {
        const T* const second = repeated ? c + begin : x + begin;
        Kernel<ops::Map, Tested<T>>::run({1}, rows, columns, ops::Sum{},
                                         Pack<Operand<T>, 1>{{{y + begin, columns + gap}}},
                                         Pack<Operand<const T>, 2>{{{x, columns}, {second, repeated ? 0 : columns}}});
        std::size_t wrong = 0;
        for (std::size_t i = 0; i < 80; ++i) {
          const std::size_t r = (i - begin) / (columns + gap), j = (i - begin) % (columns + gap);
          const bool inside = i >= begin && r < rows && j < columns;
          const std::size_t sum = r * columns + j + (repeated ? 100 * (j + begin) : r * columns + j + begin);
          wrong += y[i] != (inside ? static_cast<T>(sum) : T(-1));
        }
        CHECK(wrong == 0);
      }
    }
  }
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
