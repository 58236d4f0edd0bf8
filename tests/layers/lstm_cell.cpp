#include <doctest/doctest.h>

#include <strata/core/simd.hpp>
#include <strata/layers/lstm_cell.hpp>

#include <cmath>

using namespace strata;

TEST_CASE_TEMPLATE("the forward cell is PyTorch's equations", T, float, double) {
  const T zi = T(0.3), zf = T(-0.7), zg = T(0.9), zo = T(-0.2), before = T(0.6);
  const auto sigmoid = [](double z) { return 1 / (1 + std::exp(-z)); };
  const auto all = LstmCellTaped{}(zi, zf, zg, zo, before);
  const double i = sigmoid(zi), f = sigmoid(zf), g = std::tanh(double(zg)), o = sigmoid(zo),
               c = f * double(before) + i * g;
  const double expected[] = {o * std::tanh(c), c, i, f, g, o};
  for (std::size_t k = 0; k < 6; ++k)
    CHECK(double(all[k]) == doctest::Approx(expected[k]).epsilon(sizeof(T) == 4 ? 1e-6 : 1e-15));
  const auto two = LstmCell{}(zi, zf, zg, zo, before);
  CHECK(two[0] == all[0]);
  CHECK(two[1] == all[1]);
}

TEST_CASE("the backward cell is the derivative of the forward cell") {
  const double z[] = {0.3, -0.7, 0.9, -0.2}, before = 0.6, dy = 0.8, dh = -0.3, dc = 0.5;
  const auto value = [&](const double(&at)[4], double c_before) {  // Σ of what reaches the loss
    const auto all = LstmCellTaped{}(at[0], at[1], at[2], at[3], c_before);
    return (dy + dh) * all[0] + dc * all[1];
  };
  const auto all = LstmCellTaped{}(z[0], z[1], z[2], z[3], before);
  const auto back = LstmCellBackward{}(all[2], all[3], all[4], all[5], all[1], before, dy, dh, dc);
  const double h = 1e-5;
  for (std::size_t k = 0; k < 4; ++k) {
    double above[4] = {z[0], z[1], z[2], z[3]}, below[4] = {z[0], z[1], z[2], z[3]};
    above[k] += h;
    below[k] -= h;
    CHECK(back[k] == doctest::Approx((value(above, before) - value(below, before)) / (2 * h)).epsilon(1e-8));
  }
  CHECK(back[4] == doctest::Approx((value(z, before + h) - value(z, before - h)) / (2 * h)).epsilon(1e-8));
}

TEST_CASE_TEMPLATE("a SIMD batch computes what a number does", T, float, double) {
  using V = simd<T>;
  const auto one = LstmCellTaped{}(T(0.3), T(-0.7), T(0.9), T(-0.2), T(0.6));
  const auto many = LstmCellTaped{}(V(T(0.3)), V(T(-0.7)), V(T(0.9)), V(T(-0.2)), V(T(0.6)));
  for (std::size_t k = 0; k < 6; ++k) {
    CHECK(many[k].get(V::size - 1) == doctest::Approx(one[k]).epsilon(sizeof(T) == 4 ? 1e-6 : 1e-15));
  }
}
