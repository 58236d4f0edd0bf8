// What a training step and a prediction ask of CUDA's runtime, counted by a stand-in for it: no GPU is needed.

#include <strata/cuda.hpp>

#include <cuda/stub/cudart.hpp>

#include <doctest/doctest.h>

#include <vector>

using namespace strata;

namespace {
struct Classifier : Sequential<LSTM<16>, LastStep, BatchNorm, Residual<Linear<16>, ReLU>, Dropout<0.5>, Linear<4>> {};
using Net = Network<Classifier, Sequence<8>, Cuda<float>>;

Dataset<float, 3> samples(std::size_t count) {
  Dataset<float, 3> data{xt::xtensor<float, 3>({count, 6, 8}, 0.5f), xt::xtensor<std::int32_t, 1>({count}, 1)};
  return data;
}
}  // namespace

TEST_CASE("a training step is one upload, one graph and one copy back: no allocation, no wait") {
  Net net{Seed{1}};
  Trainer trainer{net, CrossEntropy{}, Adam{}, L2<1e-4>{}, ClipNorm<1.0>{}};
  std::vector<stub::Runtime> after;
  const auto note = [&](const Progress&) {
    after.push_back(stub::runtime());
    return true;
  };
  trainer.fit(samples(400), {.epochs = 1, .batch_size = 8, .on_batch = note});
  REQUIRE(after.size() == 50);
  CHECK(after[0].launches > 20);  // the first step runs as it is
  CHECK(after[1].captures == after[0].captures + 1);
  CHECK(stub::runtime().nodes > 20);
  for (std::size_t i = 2; i < after.size(); ++i) {
    CHECK(after[i].allocations == after[i - 1].allocations);
    CHECK(after[i].frees == after[i - 1].frees);
    CHECK(after[i].launches == after[i - 1].launches);
    CHECK(after[i].captures == after[i - 1].captures);
    CHECK(after[i].graph_launches == after[i - 1].graph_launches + 1);
    CHECK(after[i].copies == after[i - 1].copies + 2);  // the counters there and back
    CHECK(after[i].waits == after[i - 1].waits);
  }
}

TEST_CASE("where steps take their time, the first of an epoch is waited for, and others when 64 are on their way") {
  Net net{Seed{1}};
  Trainer trainer{net, CrossEntropy{}, Adam{}};
  std::vector<int> waits;
  const auto note = [&](const Progress&) {
    waits.push_back(stub::runtime().waits);
    return true;
  };
  stub::runtime().late = true;
  trainer.fit(samples(800), {.epochs = 1, .batch_size = 8, .on_batch = note});
  stub::runtime().late = false;
  REQUIRE(waits.size() == 100);
  for (std::size_t i = 1; i < waits.size(); ++i) CHECK(waits[i] == waits[i - 1] + (i < 64 ? 0 : 1));
}

TEST_CASE("a prediction behind pointers is one graph") {
  const Net net{Seed{1}};
  Session session(net, {}, {8, 6});
  Buffer<float, device::Memory> x(8 * 6 * 8), y(8 * 4);
  for (int i = 0; i < 2; ++i) net.predict_into(session, {8, 6}, x.data(), y.data());
  const stub::Runtime before = stub::runtime();
  for (int i = 0; i < 3; ++i) net.predict_into(session, {8, 6}, x.data(), y.data());
  CHECK(stub::runtime().graph_launches == before.graph_launches + 3);
  CHECK(stub::runtime().launches == before.launches);
  CHECK(stub::runtime().copies == before.copies);
  CHECK(stub::runtime().allocations == before.allocations);
  CHECK(stub::runtime().waits == before.waits);
}
