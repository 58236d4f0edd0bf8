#include <strata/optim/sgd.hpp>

#include <optim/support.hpp>

using namespace strata;

namespace {

/// Weights of three steps from 1 along the gradients 1, -2, 0.5 at rate 0.5: few enough bits to be exact.
template <class Backend>
std::vector<double> three_steps(const SGD& sgd, double factor = 1) {
  using T = fixtures::element<Backend>;
  T w = 1, m = 0;
  ops::Direct<Backend> direct;
  Counters<T> counters;
  counters.learning_rate = T(0.5);
  std::vector<double> result;
  for (const T g : {T(1), T(-2), T(0.5)}) {
    sgd.advance(counters);
    sgd.update(direct, &counters, factor, Flat<T*>{&w, 1}, Flat<const T*>{&g, 1}, {Flat<T*>{&m, 1}});
    result.push_back(static_cast<double>(w));
  }
  return result;
}

}  // namespace

TEST_CASE_TEMPLATE("SGD by hand", Backend, STRATA_TEST_BACKENDS) {
  CHECK(three_steps<Backend>({}) == std::vector<double>{0.5, 1.5, 1.25});
  // m: 1, -1.5, -0.25
  CHECK(three_steps<Backend>({.momentum = 0.5}) == std::vector<double>{0.5, 1.25, 1.375});
  // g + m / 2: 1.5, -2.75, 0.375
  CHECK(three_steps<Backend>({.momentum = 0.5, .nesterov = true}) == std::vector<double>{0.25, 1.625, 1.4375});
}

TEST_CASE_TEMPLATE("SGD's rate is the counters' times the stretch's factor", Backend, STRATA_TEST_BACKENDS) {
  CHECK(three_steps<Backend>({.learning_rate = 77}, 0.5) == std::vector<double>{0.75, 1.25, 1.125});
}

TEST_CASE("SGD's defaults are plain descent at 0.01") {
  CHECK(SGD{}.learning_rate == 0.01);
  CHECK(SGD{}.momentum == 0);
  CHECK_FALSE(SGD{}.nesterov);
  CHECK(Optimizer<SGD>);
}

TEST_CASE("SGD outside its domain is refused before anything is trained") {
  CHECK_THROWS_WITH_AS((SGD{.momentum = 1}.check()), doctest::Contains("momentum"), ValueError);
  CHECK_THROWS_WITH_AS((SGD{.momentum = 0, .nesterov = true}.check()), doctest::Contains("Nesterov"), ValueError);
  SGD{}.check();
  Network<Linear<2>, Features<3>, Engine<float>> net;
  using Made = Trainer<decltype(net), MeanSquaredError, SGD>;
  CHECK_THROWS_AS((Made{net, MeanSquaredError{}, SGD{.momentum = 1}}), ValueError);
}
