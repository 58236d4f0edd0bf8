#include <layers/support.hpp>

using namespace layer_test;

TEST_CASE("a step of GRU by hand") {
  // r = σ(0) = 1/2, z = σ(ln 3) = 3/4, n = tanh(1/2 - 1/2 · 1) = 0
  const auto y = GruCell<>{}(0.0, std::log(3.0), 0.5, 0.0, 0.0, -1.0, 8.0);
  CHECK(y[0] == 0.5);
  CHECK(y[1] == doctest::Approx(0.75));
  CHECK(y[2] == 0);
  CHECK(y[3] == doctest::Approx(6));
}

TEST_CASE("gradients of a step by differences") {
  const double h = 1e-6, dy = 0.75;
  double in[7]{0.1, -0.2, 0.3, 0.4, -0.5, 0.6, 0.7};
  const auto value = [&] { return GruCell<>{}(in[0], in[1], in[2], in[3], in[4], in[5], in[6])[3]; };
  const auto at = GruCell<>{}(in[0], in[1], in[2], in[3], in[4], in[5], in[6]);
  const auto d = GruCellBackward<>{}(at[0], at[1], at[2], in[5], in[6], dy, 0.0, 0.0);
  for (std::size_t k = 0; k < 7; ++k) {
    in[k] += h;
    const double above = value();
    in[k] -= 2 * h;
    const double below = value();
    in[k] += h;
    CHECK(d[k] == doctest::Approx(dy * (above - below) / (2 * h)).epsilon(1e-7));
  }
}
