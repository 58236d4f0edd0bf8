#include <ops/support.hpp>

using namespace ops_test;

TEST_CASE_TEMPLATE("to time-major and back", T, float, double) {
  SmallRun<T> run;
  const Extents extents{3, 4};
  const auto users = counted<T>(3 * 4 * 2);
  std::vector<T> inside(users.size()), back(users.size());
  const Batch<T*, Sequence<2>> batch(inside.data(), extents);
  ops::to_time_major(run, ops::into(batch), users.data());
  CHECK(batch.step(2).data[1 * 2 + 1] == users[(1 * 4 + 2) * 2 + 1]);
  ops::to_batch_major(run, back.data(), batch);
  CHECK(back == users);
}

TEST_CASE("a batch without steps is copied") {
  SmallRun<float> run;
  auto users = counted<float>(6);
  std::vector<float> copy(6);
  ops::to_batch_major(run, copy.data(), Batch<float*, Features<2>>(users.data(), {3, 4}));
  CHECK(copy == users);
}
