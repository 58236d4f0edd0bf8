#include <strata/train/history.hpp>

#include <doctest/doctest.h>

TEST_CASE("a history begins empty, an epoch without validation") {
  const strata::History history;
  CHECK(history.epochs.empty());
  CHECK_FALSE(history.cancelled);
  const strata::EpochRecord record;
  CHECK_FALSE(record.validation_loss.has_value());
  CHECK_FALSE(record.validation_accuracy.has_value());
}
