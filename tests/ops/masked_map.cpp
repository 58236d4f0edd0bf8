#include <ops/support.hpp>

using namespace ops_test;

namespace {
/// What ones become under a mask that is not scaled.
std::vector<float> drawn(ops::MaskRows rows, std::size_t step, bool each_step) {
  SmallRun<float> run;
  const Counters<float> counters{.key = philox_key(9), .step = 4};
  run.counters = &counters;
  run.first_sample = 100;
  run.extents = {2, 3};
  const std::vector<float> ones(6 * 5, 1);
  std::vector<float> y(ones.size());
  const Mask mask{.rate = 0.5, .place = 24, .scaled = false, .each_step = each_step};
  ops::map(run, ops::Masked{}, ops::into(Matrix<float*, 5>{y.data(), 6}),
           ops::from(Matrix<const float*, 5>{ones.data(), 6}), ops::Masks<1>{{{mask}}, rows, step});
  return y;
}
template <class Sample, class Step>
void check_mask(const std::vector<float>& mask, Sample sample, Step step) {
  std::size_t wrong = 0;
  for (std::uint32_t r = 0; r < 6; ++r) {
    for (std::size_t j = 0; j < 5; ++j) {
      const auto word = philox(philox_counter(j, sample(r), step(r), 24, 4), philox_key(9))[j % 4];
      wrong += mask[r * 5 + j] != (word >= 0x80000000u ? 1.0f : 0.0f);
    }
  }
  CHECK(wrong == 0);
}
}  // namespace

TEST_CASE("rows are the samples of a step, all steps of a batch, or nobody's") {
  const auto constant = [](std::uint32_t value) { return [value](std::uint32_t) { return value; }; };
  const auto from_100 = [](std::uint32_t r) { return 100 + r; };
  check_mask(drawn(ops::MaskRows::one_step, 7, true), from_100, constant(7));
  check_mask(drawn(ops::MaskRows::one_step, 7, false), from_100, constant(0));
  check_mask(
      drawn(ops::MaskRows::all_steps, 0, true), [](std::uint32_t r) { return 100 + r % 2; },
      [](std::uint32_t r) { return r / 2; });
  check_mask(drawn(ops::MaskRows::all_steps, 0, false), [](std::uint32_t r) { return 100 + r % 2; }, constant(0));
  check_mask(drawn(ops::MaskRows::alone, 0, true), [](std::uint32_t r) { return r; }, constant(0));
}

TEST_CASE("a map with no masks is a map, and an unwanted output is not computed") {
  SmallRun<double> run;
  const double x = 3;
  double y = 0;
  ops::map(run, ops::Identity{}, ops::into(Row<double*, 1>{&y}), ops::from(Row<const double*, 1>{&x}), ops::Masks<0>{});
  CHECK(y == 3);
  ops::map(run, ops::Masked{}, ops::into(Discard{}), ops::from(Row<const double*, 1>{&x}), ops::Masks<1>{});
}
