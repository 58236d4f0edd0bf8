#include <doctest/doctest.h>

#include <strata/core/simd.hpp>
#include <strata/layers/layer_norm_gates_cell.hpp>
#include <strata/layers/lstm_cell.hpp>

using namespace strata;

namespace {
constexpr double h = 1e-5;
/// (f(x + h) - f(x - h)) / 2h.
template <class F>
double slope(F f, double x) {
  return (f(x + h) - f(x - h)) / (2 * h);
}
}  // namespace

TEST_CASE_TEMPLATE("without a normalization between them, both parts are the plain cell", T, float, double) {
  const T z[] = {T(0.3), T(-0.7), T(0.9), T(-0.2)}, before = T(0.6);
  const auto cell = NormalizedCell{}(z[0], z[1], z[2], z[3], before);
  const auto state = NormalizedState{}(cell[3], cell[5]);
  const auto plain = LstmCellTaped{}(z[0], z[1], z[2], z[3], before);
  CHECK(state[0] == plain[0]);
  CHECK((cell[4] == plain[1] && cell[5] == cell[4]));
  for (std::size_t k = 0; k < 4; ++k) CHECK(cell[k] == plain[2 + k]);

  using V = simd<T>;
  const auto many = NormalizedCell{}(V(z[0]), V(z[1]), V(z[2]), V(z[3]), V(before));
  for (std::size_t k = 0; k < 6; ++k)
    CHECK(many[k].get(V::size - 1) == doctest::Approx(cell[k]).epsilon(sizeof(T) == 4 ? 1e-6 : 1e-15));
}

TEST_CASE("what makes h goes back as its derivative") {
  const double z_o = 0.4, n = -0.8, dy = 0.7, dh = 0.2;
  const auto value = [&](double z, double normal) {
    return (dy + dh) * NormalizedState{}(math::sigmoid(z), normal)[0];
  };
  const auto back = NormalizedStateBackward{}(math::sigmoid(z_o), n, dy, dh);
  CHECK(back[0] == doctest::Approx(slope([&](double z) { return value(z, n); }, z_o)).epsilon(1e-8));
  CHECK(back[1] == doctest::Approx(slope([&](double x) { return value(z_o, x); }, n)).epsilon(1e-8));
}

TEST_CASE("what makes c goes back as its derivative, through peepholes too") {
  const double z[] = {0.3, -0.7, 0.9, -0.2}, before = 0.6, p[] = {0.5, -0.4, 0.8};
  const double d_new = 0.7, dc = 0.3, d_o = -0.6;  // of c before and after what holds it, and of o
  using Cell = NormalizedCell<0, true, true>;
  const auto value = [&](const double(&at)[4], double c_before) {
    const auto all = Cell{}(at[0], at[1], at[2], at[3], c_before, p[0], p[1], p[2]);
    return d_new * all[5] + dc * all[4] + d_o * all[3];
  };
  const auto all = Cell{}(z[0], z[1], z[2], z[3], before, p[0], p[1], p[2]);
  const double dz_o = d_o * all[3] * (1 - all[3]);
  const auto back =
      NormalizedCellBackward<0, true, true>{}(all[0], all[1], all[2], before, dz_o, d_new, dc, p[0], p[1], p[2]);
  for (std::size_t k = 0; k < 3; ++k) {
    const auto along = [&](double x) {
      double at[] = {z[0], z[1], z[2], z[3]};
      at[k] = x;
      return value(at, before);
    };
    CHECK(back[k] == doctest::Approx(slope(along, z[k])).epsilon(1e-8));
  }
  CHECK(back[3] == doctest::Approx(slope([&](double c) { return value(z, c); }, before)).epsilon(1e-8));
}
