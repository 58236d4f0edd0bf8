#include <engine.hpp>

#include <doctest/doctest.h>

#include <strata/train/verdict.hpp>

#include <array>
#include <limits>

using namespace strata;

TEST_CASE_TEMPLATE("a step whose numbers are not all finite is doomed, and so is what follows", T, float, double) {
  ops::Direct<Engine<T>> direct;
  const T nan = std::numeric_limits<T>::quiet_NaN(), infinite = std::numeric_limits<T>::infinity();
  T doomed = 0;
  const auto judged = [&](Counters<T> step) {
    judge(direct, &std::as_const(step), &doomed);
    return went_wrong(step);
  };
  CHECK_FALSE(judged({.losses = std::numeric_limits<T>::max(), .penalty = std::numeric_limits<T>::max()}));
  CHECK(doomed == 0);
  for (const Counters<T>& wrong : {Counters<T>{.losses = infinite}, Counters<T>{.losses = nan},
                                   Counters<T>{.penalty = -infinite}, Counters<T>{.not_finite = nan}}) {
    doomed = 0;
    CHECK(judged(wrong));
    CHECK(doomed == 1);
  }
  CHECK_FALSE(judged({.losses = 1}));
  CHECK(doomed == 1);
}

TEST_CASE("a buffer is put back where a step is doomed") {
  ops::Direct<Engine<float>> direct;
  const std::array<float, 2> now{1, 2}, old{3, 4};
  Buffer<float> buffer(2), before(2);
  buffer.upload(now);
  before.upload(old);
  float doomed = 0;
  put_back_if(direct, &doomed, buffer, before);
  CHECK(buffer.data()[1] == 2);
  doomed = 1;
  put_back_if(direct, &doomed, buffer, before);
  CHECK(buffer.data()[0] == 3);
  CHECK(buffer.data()[1] == 4);
}
