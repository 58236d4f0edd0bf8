#include <layers/support.hpp>

#include <strata/layers/layer_norm_row.hpp>
#include <strata/ops/direct.hpp>

using namespace layer_test;

namespace {
constexpr std::size_t width = 37;

/// The definition, in double, of rows less their first number, which changes nothing: far from 0 that is exact.
struct Definition {
  std::vector<double> y, normal, dx;

  template <class T>
  Definition(const std::vector<T>& x, const std::vector<T>& dy, const std::vector<T>& gain, const std::vector<T>& shift,
             double epsilon) {
    const auto wide = [](T value) { return static_cast<double>(value); };
    for (std::size_t first = 0; first < x.size(); first += width) {
      const auto mean_of = [&](auto term) {
        double sum = 0;
        for (std::size_t j = 0; j < width; ++j) sum += term(j);
        return sum / width;
      };
      const auto number = [&](std::size_t j) { return wide(x[first + j]) - wide(x[first]); };
      const double mean = mean_of(number);
      const auto centred = [&](std::size_t j) { return number(j) - mean; };
      const double variance = mean_of([&](std::size_t j) { return centred(j) * centred(j); });
      const double deviation = std::sqrt(variance + wide(static_cast<T>(epsilon)));
      const auto g = [&](std::size_t j) { return wide(dy[first + j]) * wide(gain[j]); };
      const double mean_g = mean_of(g);
      const double mean_g_normal = mean_of([&](std::size_t j) { return g(j) * centred(j); }) / deviation;
      for (std::size_t j = 0; j < width; ++j) {
        const double n = centred(j) / deviation;
        normal.push_back(n);
        y.push_back(n * wide(gain[j]) + wide(shift[j]));
        dx.push_back((g(j) - mean_g - n * mean_g_normal) / deviation);
      }
    }
  }
};

/// Rows `spread` around `centre`, forward and backward.
template <class T>
void check_rows(T centre, T spread, double epsilon, double tolerance) {
  const std::size_t rows = 5;
  auto x = numbers<T>(rows * width, 1);
  for (T& v : x) v = centre + spread * v;
  const auto dy = numbers<T>(x.size(), 2), gain = numbers<T>(width, 3), shift = numbers<T>(width, 4);
  const Definition expected(x, dy, gain, shift, epsilon);
  using Values = Matrix<const T*, width>;
  using Results = Matrix<T*, width>;
  std::vector<T> y(x.size()), dx(x.size()), normal(x.size()), alone(x.size());
  const LayerNormRow<T> row{static_cast<T>(width), static_cast<T>(epsilon)};
  const Row<const T*, width> g{gain.data()}, b{shift.data()};
  ops::Direct<Engine<T>> run;
  ops::map_rows(run, row, ops::into(Results{y.data(), rows}), ops::from(Values{x.data(), rows}, g, b));
  ops::map_rows(run, LayerNormRowBackward<T>{row}, ops::into(Results{dx.data(), rows}, Results{normal.data(), rows}),
                ops::from(Values{x.data(), rows}, Values{dy.data(), rows}, g));
  ops::map_rows(run, row, ops::into(Results{alone.data(), rows}), ops::from(Values{x.data(), rows}));
  CAPTURE(centre);
  CAPTURE(spread);
  for (const auto& [got, of] : {std::pair(&y, &expected.y), std::pair(&dx, &expected.dx),
                                std::pair(&normal, &expected.normal), std::pair(&alone, &expected.normal)}) {
    const Closeness close = all_close(*got, *of, tolerance);
    CHECK_MESSAGE(close, close.text);
  }
}
}  // namespace

TEST_CASE_TEMPLATE("a row is the definition, its gradient too", T, float, double) {
  const double tolerance = sizeof(T) == 4 ? 2e-6 : 1e-14;
  check_rows<T>(0, 1, 1e-5, tolerance);
  check_rows<T>(T(-0.5), 10, 0.1, tolerance);
}

TEST_CASE_TEMPLATE("a tiny variance far from 0 costs no digits", T, float, double) {
  const double tolerance = sizeof(T) == 4 ? 4e-6 : 1e-14;
  check_rows<T>(0, T(1e-4), 1e-5, tolerance);
  check_rows<T>(0, T(1e-6), 1e-12, tolerance);
  check_rows<T>(1000, T(1e-2), 1e-5, tolerance);  // 160 different floats
  check_rows<T>(-30'000, T(1), 1e-5, tolerance);
  check_rows<T>(T(1e6), T(3), 1e-5, tolerance);
}

TEST_CASE_TEMPLATE("a row of equal numbers has variance 0 and a finite gradient", T, float, double) {
  for (const T value : {T(0), T(0.1), T(-12345.678), T(3e9)}) check_rows<T>(value, T(0), 1e-5, 1e-5);
}

TEST_CASE_TEMPLATE("a variance that rounding left below 0 counts as 0", T, float, double) {
  LayerNormRow<T> row{T(3), T(0.25)};
  row.learn(ops::Pass<1>{}, Pack<T, 2>{{T(6), T(11)}});  // 3 numbers of sum 6 have squares of sum 12 or more
  CHECK(row.inverse == 2);
}

TEST_CASE_TEMPLATE("a part of wider rows, step by step, is the same in place", T, float, double) {
  const std::size_t rows = 4;
  const auto dense = numbers<T>(rows * width, 5), gain = numbers<T>(width, 6), shift = numbers<T>(width, 7);
  std::vector<T> wide(rows * 4 * width, T(9)), y(dense.size());
  for (std::size_t r = 0; r < rows; ++r) std::copy_n(&dense[r * width], width, &wide[(r * 4 + 2) * width]);
  const LayerNormRow<T> row{static_cast<T>(width), T(1e-5)};
  const Row<const T*, width> g{gain.data()}, b{shift.data()};
  ops::Direct<Engine<T>> run;
  ops::map_rows(run, row, ops::into(Matrix<T*, width>{y.data(), rows}),
                ops::from(Matrix<const T*, width>{dense.data(), rows}, g, b));
  for (std::size_t step = 0; step < rows; step += 2) {
    const auto gate =
        Matrix<T*, 4 * width>{wide.data(), rows}.rows_from(step, 2).template columns_from<2 * width, width>();
    ops::map_rows(run, row, ops::into(gate), ops::from(gate, g, b));
  }
  for (std::size_t i = 0; i < wide.size(); ++i) {
    const std::size_t r = i / (4 * width), j = i % (4 * width);
    CHECK(wide[i] == (j / width == 2 ? y[r * width + j % width] : T(9)));
  }
}
