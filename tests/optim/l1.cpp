#include <strata/optim/l1.hpp>

#include <optim/support.hpp>

using namespace strata;
using namespace optim_test;

namespace {
double sign(double w) { return w > 0 ? 1 : (w < 0 ? -1 : 0); }
double magnitude(double w) { return std::abs(w); }
}  // namespace

TEST_CASE_TEMPLATE("L1 at the trainer: every weight, no bias, no gain", Backend, STRATA_TEST_BACKENDS) {
  using T = fixtures::element<Backend>;
  const auto without = one_step<Backend, Plain>(), with = one_step<Backend, Plain>(L1<0.25>{});
  const std::vector<std::string> decayed{"0.weight", "3.weight"};
  check_added<T>(with, without, decayed, [](double w) { return 0.25 * sign(w); });
  CHECK(with.loss - without.loss == doctest::Approx(0.25 * sum_of(without, decayed, magnitude)).epsilon(1e-5));
}

TEST_CASE_TEMPLATE("L1 on a layer: its weight alone, besides the trainer's", Backend, STRATA_TEST_BACKENDS) {
  using T = fixtures::element<Backend>;
  using Policed = Net<With<Linear<6>, L1<0.5>>>;
  const auto without = one_step<Backend, Plain>(), with = one_step<Backend, Policed>();
  check_added<T>(with, without, {"0.weight"}, [](double w) { return 0.5 * sign(w); });
  CHECK(with.loss - without.loss == doctest::Approx(0.5 * sum_of(without, {"0.weight"}, magnitude)).epsilon(1e-5));
  const auto trainer = one_step<Backend, Plain>(L1<0.25>{}), both = one_step<Backend, Policed>(L1<0.25>{});
  check_added<T>(both, trainer, {"0.weight"}, [](double w) { return 0.5 * sign(w); });
}

TEST_CASE_TEMPLATE("L1 does not move a weight that is 0", Backend, STRATA_TEST_BACKENDS) {
  using T = fixtures::element<Backend>;
  const std::vector<T> w{T(0), T(-0.0), T(2), T(-3)};
  std::vector<T> g{T(1), T(1), T(1), T(1)};
  T loss = 0;
  ops::Direct<Backend> direct;
  L1<0.5>::regularize(direct, Flat<const T*>{w.data(), 4}, Flat<T*>{g.data(), 4}, &loss);
  CHECK(g == std::vector<T>{T(1), T(1), T(1.5), T(0.5)});
  CHECK(loss == T(2.5));
}
