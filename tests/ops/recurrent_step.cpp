#include <ops/support.hpp>

#include <strata/ops/recurrent_step.hpp>

using namespace ops_test;

namespace {
constexpr std::size_t hidden = 3, inputs = 2;

/// (z_0, z_1, c) -> (c + z_0, z_1 · c): tells every argument from the others.
struct Together {
  template <class V>
  constexpr Pack<V, 2> operator()(V z_0, V z_1, V c) const {
    return {{c + z_0, z_1 * c}};
  }
};
/// (a_0, a_1, q_0, q_1) -> (a_0 - q_1, a_1 - 2 q_0).
struct Apart {
  template <class V>
  constexpr Pack<V, 2> operator()(V a_0, V a_1, V q_0, V q_1) const {
    return {{a_0 - q_1, a_1 - (q_0 + q_0)}};
  }
};

struct Given {
  std::vector<double> x = counted<double>(inputs), h = counted<double>(hidden, 2), c = counted<double>(hidden, 5);
  std::vector<double> input = counted<double>(2 * hidden * inputs, -3),
                      recurrent = counted<double>(2 * hidden * hidden, -1);
  std::vector<double> input_bias = counted<double>(2 * hidden, 7), recurrent_bias = counted<double>(2 * hidden, -8);
  std::vector<double> y = std::vector<double>(hidden), other = std::vector<double>(hidden);

  /// Sum number n of a product with a turned matrix.
  static double sum(const std::vector<double>& a, const std::vector<double>& turned, std::size_t n) {
    double all = 0;
    for (std::size_t k = 0; k < a.size(); ++k) all += a[k] * turned[k * 2 * hidden + n];
    return all;
  }
  double from_inputs(std::size_t n) const { return sum(x, input, n) + input_bias[n]; }
  double from_state(std::size_t n) const { return sum(h, recurrent, n) + recurrent_bias[n]; }

  template <ops::Products How, std::size_t At>
  void step(auto f, bool keeps, auto... rows) {
    SmallRun<double> run;
    ops::MovingDestinations<SmallRun<double>, 2> out;
    ops::MovingSources<SmallRun<double>, sizeof...(rows)> in;
    in.same(rows...);
    if (At == 0) out.unwanted();
    if (keeps) out.same(Row<double*, hidden>{other.data()});
    ops::recurrent_step<How, At>(
        run, f, Matrix<const double*, inputs>{x.data(), 1},
        Turned<const double*, 2 * hidden, inputs, false>{input.data()},
        Row<const double*, 2 * hidden>{input_bias.data()}, Matrix<double*, hidden>{h.data(), 1},
        Turned<const double*, 2 * hidden, hidden, true>{recurrent.data()},
        Row<const double*, 2 * hidden>{recurrent_bias.data()}, Matrix<double*, hidden>{y.data(), 1}, out, in);
    CHECK(run.borrowed == 0);
  }
};
}  // namespace

TEST_CASE("a step is two products and a cell, whose output becomes the state") {
  for (const bool keeps : {false, true}) {
    Given given;
    const Given before = given;
    given.step<ops::Products::together, 0>(Together{}, keeps, Matrix<const double*, hidden>{given.c.data(), 1});
    for (std::size_t j = 0; j < hidden; ++j) {
      const double z_0 = before.from_inputs(j) + before.from_state(j),
                   z_1 = before.from_inputs(hidden + j) + before.from_state(hidden + j);
      CHECK(given.y[j] == doctest::Approx(before.c[j] + z_0));
      CHECK(given.h[j] == given.y[j]);
      CHECK(given.other[j] == doctest::Approx(keeps ? z_1 * before.c[j] : 0.0));
    }
  }
}

TEST_CASE("products apart are each handed to the cell") {
  Given given;
  const Given before = given;
  given.step<ops::Products::apart, 1>(Apart{}, false);
  for (std::size_t j = 0; j < hidden; ++j) {
    CHECK(given.y[j] == doctest::Approx(before.from_inputs(hidden + j) - 2 * before.from_state(j)));
    CHECK(given.h[j] == given.y[j]);
    CHECK(given.other[j] == 0);
  }
}
