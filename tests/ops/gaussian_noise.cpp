#include <ops/support.hpp>

#include <strata/ops/gaussian_noise.hpp>

using namespace ops_test;

TEST_CASE("batch, counters, place and first sample reach the noise") {
  SmallRun<float> run;
  const Counters<float> counters{.key = philox_key(9), .step = 4};
  run.counters = &counters;
  run.first_sample = 100;
  const std::size_t batch = 2, steps = 3;
  run.extents = {batch, steps};
  const std::vector<float> ones(batch * steps * 5, 1);
  std::vector<float> y(ones.size());
  const Batch<const float*, Sequence<5>> x(ones.data(), {batch, steps});
  ops::gaussian_noise(run, 0.5, 24, ops::into(Batch<float*, Sequence<5>>(y.data(), {batch, steps})), x);
  for (std::uint32_t r = 0; r < batch * steps; ++r) {
    for (std::size_t j = 0; j < 5; ++j) {
      const auto word = philox(philox_counter(j, 100 + r % batch, r / batch, 24, 4), counters.key)[j % 4];
      CHECK(y[r * 5 + j] == 1 + 0.5f * normal<float>(word));  // half a number is exact
    }
  }
  ops::gaussian_noise(run, 0.5, 24, ops::into(Discard{}), x);
}

TEST_CASE("noise has the deviation sigma, and none for 0") {
  const std::uint32_t word = 0x12345678u;
  CHECK(ops::Noise{.sigma = 0.25}.drawn<double>().value(word) == 0.25 * normal<double>(word));
  CHECK(ops::Noise{}.drawn<float>().value(word) == 0);
}
