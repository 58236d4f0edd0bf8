#include <strata/train/fit_options.hpp>

#include <doctest/doctest.h>

TEST_CASE("by default one epoch of shuffled batches of 32, nothing held out, nobody called") {
  const strata::FitOptions options;
  CHECK(options.epochs == 1);
  CHECK(options.batch_size == 32);
  CHECK(options.hold_out == 0);
  CHECK(options.shuffle);
  CHECK(options.sample_weights.empty());
  CHECK_FALSE(options.on_batch);
  CHECK_FALSE(options.on_epoch);
  CHECK(options.schedule(0.25, 3, 10) == 0.25);
}
