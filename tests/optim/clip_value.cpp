#include <strata/optim/clip_value.hpp>

#include <optim/support.hpp>

using namespace strata;
using namespace optim_test;

namespace {

/// a = b clamped to ±limit, of which some elements lie within and some beyond.
void check_clamped(const Outcome& a, const Outcome& b, const std::vector<std::string>& names, double limit) {
  std::size_t within = 0, beyond = 0;
  for (const auto& name : names) {
    auto expected = b.gradient.at(name);
    for (double& g : expected) {
      ++(std::abs(g) > limit ? beyond : within);
      g = std::clamp(g, -limit, limit);
    }
    CHECK(a.gradient.at(name) == expected);
  }
  CHECK(within > 0);
  CHECK(beyond > 0);
}

}  // namespace

TEST_CASE_TEMPLATE("ClipValue clamps every element, penalties included", Backend, STRATA_TEST_BACKENDS) {
  check_clamped(one_step<Backend, Plain>(ClipValue<0.03125>{}), one_step<Backend, Plain>(), tensors, 0.03125);
  check_clamped(one_step<Backend, Plain>(ClipValue<0.03125>{}, L2<0.5>{}), one_step<Backend, Plain>(L2<0.5>{}), tensors,
                0.03125);
}

TEST_CASE_TEMPLATE("ClipValue on a layer clamps that layer alone", Backend, STRATA_TEST_BACKENDS) {
  const auto without = one_step<Backend, Plain>(),
             with = one_step<Backend, Net<With<Linear<6>, ClipValue<0.0078125>>>>();
  check_clamped(with, without, {"0.weight", "0.bias"}, 0.0078125);
  for (const char* name : {"2.weight", "2.bias", "3.weight", "3.bias"})
    CHECK(with.gradient.at(name) == without.gradient.at(name));
}
