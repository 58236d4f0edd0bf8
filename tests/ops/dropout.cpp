#include <strata/ops/dropout.hpp>

#include <ops/support.hpp>

using namespace ops_test;

TEST_CASE("batch, counters, place and first sample reach the mask") {
  SmallRun<float> run;
  const Counters<float> counters{.key = philox_key(9), .step = 4};
  run.counters = &counters;
  run.first_sample = 100;
  const std::size_t batch = 2, steps = 3;
  run.extents = {batch, steps};
  const std::vector<float> ones(batch * steps * 5, 1);
  std::vector<float> y(ones.size());
  const Batch<const float*, Sequence<5>> x(ones.data(), {batch, steps});
  ops::dropout(run, 0.5, 24, ops::into(Batch<float*, Sequence<5>>(y.data(), {batch, steps})), x);
  for (std::uint32_t r = 0; r < batch * steps; ++r) {
    for (std::size_t j = 0; j < 5; ++j) {
      const auto word = philox(philox_counter(j, 100 + r % batch, r / batch, 24, 4), counters.key)[j % 4];
      CHECK(y[r * 5 + j] == (word >= 0x80000000u ? 2.0f : 0.0f));
    }
  }
  ops::dropout(run, 0.5, 24, ops::into(Discard{}), x);
}
