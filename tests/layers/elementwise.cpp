#include <layers/support.hpp>

using namespace layer_test;

namespace {
/// x³ is no activation of the library: a user's own. slope(y) = 3 y^(2/3).
struct Cube : Elementwise<Cube> {
  template <class V>
  static constexpr V value(V x) {
    return x * x * x;
  }
  template <class V>
  static constexpr V slope(V y) {
    return V(3) * math::exp(math::constant<V>(2.0 / 3) * math::log(math::abs(y)));
  }
};
}  // namespace

static_assert(std::is_same_v<output_of<Cube, Image<2, 3, 4>>, Image<2, 3, 4>>);
static_assert(std::is_same_v<output_of<Cube, Sequence<4>>, Sequence<4>>);
static_assert(!Accepts<Cube, Tokens<9>>);

TEST_CASE("an activation of one's own needs two formulas") {
  check_contract<Cube, Features<5>>();
  check_contract<Sequential<Linear<3>, Cube, Linear<2>>, Sequence<4>>();
  Network<Cube, Features<3>, Engine<double>> net;
  const auto y = net.predict(xt::xtensor<double, 2>{{2, -3, 0}});
  CHECK(y(0, 0) == 8);
  CHECK(y(0, 1) == -27);
  CHECK(y(0, 2) == 0);
}

TEST_CASE("activations keep the axes of an image") {
  Network<Cube, Image<2, 3, 4>, Engine<float>> net;
  const auto x = array<float, 4>({5, 2, 3, 4}, 1);
  const auto y = net.predict(x);
  CHECK(y.shape() == x.shape());
  CHECK(y(4, 1, 2, 3) == doctest::Approx(std::pow(x(4, 1, 2, 3), 3)));
}
