#include <strata/optim/clip_norm.hpp>

#include <optim/support.hpp>

using namespace strata;
using namespace optim_test;

namespace {

/// a = factor · b in the tensors named.
template <class T>
void check_scaled(const Outcome& a, const Outcome& b, const std::vector<std::string>& names, double factor) {
  for (const auto& name : names) {
    auto expected = b.gradient.at(name);
    for (double& g : expected) g *= factor;
    fixtures::check_near(a.gradient.at(name), expected, fixtures::tolerance<T>, name);
  }
}

const std::vector<std::string> first{"0.weight", "0.bias"}, rest{"2.weight", "2.bias", "3.weight", "3.bias"};

}  // namespace

TEST_CASE_TEMPLATE("ClipNorm scales the whole gradient down to the limit, and the update with it", Backend,
                   STRATA_TEST_BACKENDS) {
  using T = fixtures::element<Backend>;
  const auto without = one_step<Backend, Plain>(), with = one_step<Backend, Plain>(ClipNorm<0.125>{});
  const double length = norm(without, tensors);
  REQUIRE(length > 0.25);
  CHECK(norm(with, tensors) == doctest::Approx(0.125).epsilon(1e-4));
  check_scaled<T>(with, without, tensors, 0.125 / (length + 1e-6));
  for (const auto& name : tensors) fixtures::check_near(with.change.at(name), with.gradient.at(name), 1e-4, name);
  CHECK(with.loss == without.loss);
}

TEST_CASE_TEMPLATE("ClipNorm leaves a shorter gradient as it is", Backend, STRATA_TEST_BACKENDS) {
  const auto without = one_step<Backend, Plain>(), with = one_step<Backend, Plain>(ClipNorm<100.0>{});
  CHECK(with.gradient == without.gradient);
}

TEST_CASE_TEMPLATE("ClipNorm sees the gradient of the penalties", Backend, STRATA_TEST_BACKENDS) {
  const auto with = one_step<Backend, Plain>(L2<100.0>{}, ClipNorm<1.0>{});
  CHECK(norm(with, tensors) == doctest::Approx(1).epsilon(1e-4));
}

TEST_CASE_TEMPLATE("ClipNorm on a layer measures and scales that layer alone", Backend, STRATA_TEST_BACKENDS) {
  using T = fixtures::element<Backend>;
  using Policed = Net<With<Linear<6>, ClipNorm<0.03125>>>;
  const auto without = one_step<Backend, Plain>(), with = one_step<Backend, Policed>();
  REQUIRE(norm(without, first) > 0.04);
  check_scaled<T>(with, without, first, 0.03125 / (norm(without, first) + 1e-6));
  for (const auto& name : rest) CHECK(with.gradient.at(name) == without.gradient.at(name));
  // then the trainer's, over what the layer's left
  const auto both = one_step<Backend, Policed>(ClipNorm<0.125>{});
  REQUIRE(norm(with, tensors) > 0.125);
  check_scaled<T>(both, with, tensors, 0.125 / (norm(with, tensors) + 1e-6));
}

TEST_CASE_TEMPLATE("ClipNorm does not count frozen weights", Backend, STRATA_TEST_BACKENDS) {
  using T = fixtures::element<Backend>;
  const auto without = one_step<Backend, Plain>(),
             with = one_step<Backend, Net<With<Linear<6>, Freeze>>>(ClipNorm<0.125>{});
  check_scaled<T>(with, without, rest, 0.125 / (norm(without, rest) + 1e-6));
  CHECK(squares(with.change.at("0.weight")) == 0);
}

TEST_CASE_TEMPLATE("ClipNorm of a zero gradient is zero", Backend, STRATA_TEST_BACKENDS) {
  using T = fixtures::element<Backend>;
  std::vector<T> g(5, T(0));
  const Flat<T*> part{g.data(), g.size()};
  Counters<T> counters;
  ops::Direct<Backend> direct;
  ClipNorm<1.0>::clip(direct, std::span<const Flat<T*>>(&part, 1), &counters);
  CHECK(g == std::vector<T>(5, T(0)));
  CHECK(counters.gradient_scale == T(1));
}
