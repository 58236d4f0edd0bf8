#include <backend/cpu/support.hpp>

#include <strata/backend/cpu/map_rows.hpp>

using namespace kernel_test;

namespace {
/// Learns the largest x; then how many columns there are, Σ (x - largest) · g and Σ g²; gives back what hangs on all.
template <class T>
struct Learner {
  static constexpr std::size_t passes = 2;
  static constexpr ops::Largest together(ops::Pass<0>) { return {}; }

  T given = T(0);
  T largest = T(0), count = T(0), product = T(0), squares = T(0);

  template <class V>
  constexpr V term(ops::Pass<0>, V x, V) const {
    return x;
  }
  constexpr void learn(ops::Pass<0>, Pack<T, 1> found) { largest = found[0]; }
  template <class V>
  constexpr Pack<V, 3> term(ops::Pass<1>, V x, V g) const {
    return {{V(1), (x - V(largest)) * g, g * g}};
  }
  constexpr void learn(ops::Pass<1>, Pack<T, 3> sums) {
    count = sums[0];
    product = sums[1];
    squares = sums[2];
  }
  template <class V>
  constexpr Pack<V, 2> operator()(V x, V g) const {
    return {{x * V(product) - V(squares), g + V(largest) + V(count) * V(given)}};
  }
};

template <class T>
void learn(int threads, const Rows<T>& x, const Rows<T>& g, Rows<T>& y, Rows<T>& z) {
  Kernel<ops::MapRows, Tested<T>>::run({threads}, x.rows, x.columns, Learner<T>{T(0.5)},
                                       Pack<Operand<T>, 2>{{y.out(), z.out()}},
                                       Pack<Operand<const T>, 2>{{x.in(), {g.memory.data(), 0}}});
}

template <class T>
void check(std::size_t rows, std::size_t columns, std::size_t gap, int threads) {
  Rows<T> x(rows, columns, gap, 1);
  const Rows<T> g(1, columns, 0, 2);
  for (T& value : x.memory) value -= T(5);  // the largest is below 0, what lies behind a row is not
  Rows<T> y(rows, columns, 2 * gap, 3), z(rows, columns, 3 * gap, 4);
  const Rows<T> y_before = y, z_before = z;
  learn(threads, x, g, y, z);
  std::vector<double> got_y, got_z, expected_y, expected_z;
  for (std::size_t r = 0; r < rows; ++r) {
    double largest = -100, product = 0, squares = 0;
    for (std::size_t j = 0; j < columns; ++j) largest = std::max(largest, static_cast<double>(x(r, j)));
    for (std::size_t j = 0; j < columns; ++j) {
      product += (static_cast<double>(x(r, j)) - largest) * static_cast<double>(g(0, j));
      squares += std::pow(static_cast<double>(g(0, j)), 2);
    }
    for (std::size_t j = 0; j < columns; ++j) {
      expected_y.push_back(static_cast<double>(x(r, j)) * product - squares);
      expected_z.push_back(static_cast<double>(g(0, j)) + largest + 0.5 * static_cast<double>(columns));
      got_y.push_back(static_cast<double>(y(r, j)));
      got_z.push_back(static_cast<double>(z(r, j)));
    }
  }
  CAPTURE(rows);
  CAPTURE(columns);
  const Closeness first = all_close(got_y, expected_y, 4 * rounding<T>),
                  second = all_close(got_z, expected_z, rounding<T>);
  CHECK_MESSAGE(first, first.text);
  CHECK_MESSAGE(second, second.text);
  CHECK(y.touched(y_before) + z.touched(z_before) == 0);
}
}  // namespace

TEST_CASE_TEMPLATE("map_rows is the formula for every size, stride and repeated row", T, float, double) {
  for (const std::size_t columns : {1u, 2u, 5u, 8u, 15u, 16u, 17u, 31u, 32u, 33u, 63u, 64u, 65u, 81u, 130u, 1000u}) {
    for (const std::size_t rows : {1u, 2u, 5u}) {
      check<T>(rows, columns, 0, 1);
      check<T>(rows, columns, 3, 1);
    }
  }
  check<T>(300, 100, 5, 3);
}

TEST_CASE_TEMPLATE("the bits depend neither on threads nor on where a row lies", T, float, double) {
  for (const std::size_t columns : {10u, 77u, 128u}) {
    const std::size_t rows = 600;
    const Rows<T> x(rows, columns, 0, 1), g(1, columns, 0, 2);
    Rows<T> y(rows, columns, 0, 3), z(rows, columns, 0, 4);
    learn(1, x, g, y, z);
    for (const int threads : thread_counts) {
      Rows<T> other_y(rows, columns, 0, 5), other_z(rows, columns, 0, 6);
      learn(threads, x, g, other_y, other_z);
      CHECK(other_y.memory == y.memory);
      CHECK(other_z.memory == z.memory);
    }
    Rows<T> alone(1, columns, 0, 1), alone_y(1, columns, 0, 3), alone_z(1, columns, 0, 4);
    std::copy_n(&x.memory[7 * columns], columns, alone.memory.data());
    learn(1, alone, g, alone_y, alone_z);
    CHECK(std::equal(alone_y.memory.begin(), alone_y.memory.end(), &y.memory[7 * columns]));
  }
}

TEST_CASE_TEMPLATE("an output may be an input", T, float, double) {
  Rows<T> x(4, 70, 1, 1), z(4, 70, 0, 2), y(4, 70, 0, 3);
  const Rows<T> g(1, 70, 0, 4);
  learn(1, x, g, y, z);
  learn(1, x, g, x, z);
  for (std::size_t r = 0; r < 4; ++r) {
    for (std::size_t j = 0; j < 70; ++j) CHECK(x(r, j) == y(r, j));
  }
}

TEST_CASE("no rows are no work") {
  Rows<float> x(0, 3, 0, 1), y(0, 3, 0, 1), z(0, 3, 0, 1);
  const Rows<float> g(1, 3, 0, 1);
  learn(2, x, g, y, z);
  CHECK(y.memory.empty());
}
