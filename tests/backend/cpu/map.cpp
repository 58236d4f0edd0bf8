#include <backend/cpu/support.hpp>

#include <strata/backend/cpu/map.hpp>
#include <strata/tensor/xtensor.hpp>

using namespace kernel_test;

namespace {
struct ScaledSum {
  template <class V>
  constexpr Pack<V, 2> operator()(V a, V b, V c) const {
    return {{a * b + c, a - math::tanh(b)}};
  }
};
struct Loaded {
  const double* factor;
  struct Value {
    double factor;
    template <class V>
    constexpr V operator()(V x) const {
      return x * math::constant<V>(factor);
    }
  };
  constexpr Value load() const { return {*factor}; }
};

template <class T>
void check(std::size_t rows, std::size_t columns, std::size_t gap, int threads) {
  const Rows<T> a(rows, columns, gap, 1), b(rows, columns, 2 * gap, 2), repeated(1, columns, 0, 3);
  Rows<T> y(rows, columns, gap, 4), z(rows, columns, 3 * gap, 5);
  const Rows<T> y_before = y, z_before = z;
  Kernel<ops::Map, Tested<T>>::run({threads}, rows, columns, ScaledSum{}, Pack<Operand<T>, 2>{{y.out(), z.out()}},
                                   Pack<Operand<const T>, 3>{{a.in(), b.in(), {repeated.memory.data(), 0}}});
  std::vector<double> got, expected;
  for (std::size_t r = 0; r < rows; ++r) {
    for (std::size_t j = 0; j < columns; ++j) {
      const double p = a(r, j), q = b(r, j);
      expected.push_back(p * q + static_cast<double>(repeated(0, j)));
      expected.push_back(p - std::tanh(q));
      got.push_back(y(r, j));
      got.push_back(z(r, j));
    }
  }
  const Closeness close = all_close(got, expected, rounding<T>);
  CAPTURE(rows);
  CAPTURE(columns);
  CHECK_MESSAGE(close, close.text);
  CHECK(y.touched(y_before) + z.touched(z_before) == 0);
}
}  // namespace

TEST_CASE_TEMPLATE("map is the formula for every size, stride and repeated row", T, float, double) {
  for (const std::size_t columns : {1u, 2u, 7u, 8u, 9u, 15u, 16u, 17u, 33u, 100u}) {
    for (const std::size_t rows : {1u, 2u, 5u, 16u}) {
      check<T>(rows, columns, 0, 1);
      check<T>(rows, columns, 3, 1);
    }
  }
  check<T>(300, 100, 0, 3);
  check<T>(300, 100, 5, 3);
  check<T>(1, 50000, 0, 5);
}

TEST_CASE_TEMPLATE("dense operands are an xtensor expression", T, float, double) {
  const Rows<T> a(9, 13, 0, 1), b(9, 13, 0, 2);
  Rows<T> y(9, 13, 0, 3);
  Kernel<ops::Map, Tested<T>>::run({1}, 9, 13, ops::Sum{}, Pack<Operand<T>, 1>{{y.out()}},
                                   Pack<Operand<const T>, 2>{{a.in(), b.in()}});
  const xt::xtensor<T, 1> expected = xt::adapt(a.memory) + xt::adapt(b.memory);
  CHECK(all_close(y.memory, expected, 0));
}

TEST_CASE_TEMPLATE("the bits do not depend on threads, nor on where an element stands", T, float, double) {
  const std::size_t size = 100003;
  const auto x = numbers<T>(size, 1), c = numbers<T>(size, 2);
  std::vector<T> first(size), other(size);
  const auto run = [&](int threads, std::vector<T>& y, std::size_t from, std::size_t count) {
    Kernel<ops::Map, Tested<T>>::run(
        {threads}, 1, count, ScaledSum{}, Pack<Operand<T>, 2>{{{&y[from], count}, {&y[from], count}}},
        Pack<Operand<const T>, 3>{{{&x[from], count}, {&x[from], count}, {&c[from], count}}});
  };
  run(1, first, 0, size);
  for (const int threads : thread_counts) {
    run(threads, other, 0, size);
    CHECK(other == first);
  }
  for (std::size_t i = 0; i < 100; ++i) run(1, other, i, 1);
  CHECK(other == first);
}

TEST_CASE("outputs may be inputs, functors may have no arguments or be loaded where they run") {
  Rows<float> x(4, 19, 0, 1);
  const Rows<float> before = x;
  const double factor = 3;
  Kernel<ops::Map, Tested<float>>::run({1}, 4, 19, Loaded{&factor}, Pack<Operand<float>, 1>{{x.out()}},
                                       Pack<Operand<const float>, 1>{{x.in()}});
  for (std::size_t i = 0; i < x.memory.size(); ++i) CHECK(x.memory[i] == 3 * before.memory[i]);
  Kernel<ops::Map, Tested<float>>::run({1}, 4, 19, ops::Zero{}, Pack<Operand<float>, 1>{{x.out()}},
                                       Pack<Operand<const float>, 0>{});
  CHECK(x.memory == std::vector<float>(4 * 19));
}

TEST_CASE("no rows, no work") {
  Kernel<ops::Map, Tested<float>>::run({2}, 0, 5, ops::Identity{}, Pack<Operand<float>, 1>{},
                                       Pack<Operand<const float>, 1>{});
}
