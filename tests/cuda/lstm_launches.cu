// How the device is asked to compute sequences of an LSTM, by a stand-in for CUDA's runtime that says how many blocks
// there is room for: no GPU is needed.

#include <strata/cuda.hpp>

#include <strata/layers/lstm_cell.hpp>

#include <cuda/stub/cudart.hpp>

#include <doctest/doctest.h>

#include <string>

using namespace strata;

namespace {
/// The room a device has, until the end of a test.
struct Room {
  explicit Room(int resident, std::size_t most_shared = ~std::size_t{0}) {
    stub::runtime().resident = resident;
    stub::runtime().most_shared = most_shared;
  }
  ~Room() {
    stub::runtime().resident = 1;
    stub::runtime().most_shared = ~std::size_t{0};
    stub::runtime().refuse_at = -1;
    stub::runtime().device = 0;
  }
};

struct Asked {
  bool taken;
  int launches, together;
  std::size_t blocks;
  friend bool operator==(const Asked&, const Asked&) = default;
};
/// What a sequence of 28 steps asks for. Nothing looks at the tensors.
template <std::size_t Hidden>
Asked ask(std::size_t batch, const float* y = nullptr) {
  const stub::Runtime before = stub::runtime();
  ops::LstmForwardArguments<float> a{28, batch, Hidden, nullptr, nullptr, nullptr, nullptr, nullptr,
                                     const_cast<float*>(y)};
  const bool taken = Kernel<ops::LstmSequence, Cuda<float>>::run<Hidden>({}, LstmCell{}, a);
  const stub::Runtime& after = stub::runtime();
  const int together = after.together - before.together;
  return {taken, after.launches - before.launches, together, together == 0 ? 0 : after.blocks};
}
}  // namespace

TEST_CASE("a sequence is one launch of as many blocks as the device has at once") {
  CHECK(ask<128>(64) == Asked{true, 1, 1, 64});    // 16 units by 8 samples
  CHECK(ask<650>(20) == Asked{true, 1, 1, 123});   // three tiles of 8 samples
  CHECK(ask<128>(129) == Asked{true, 1, 1, 72});   // by 16 samples
  CHECK(ask<128>(500) == Asked{true, 1, 1, 128});  // by 32
  CHECK(ask<128>(1024) == Asked{true, 1, 1, 128});
}

TEST_CASE("more than two tiles a block, and rows that begin between 16 bytes, are left to the composition") {
  const Asked nothing{false, 0, 0, 0};
  CHECK(ask<128>(1025) == nothing);
  alignas(16) static const float y[4]{};
  CHECK(ask<128>(1, y + 1) == nothing);
  CHECK(ask<650>(1, y + 1) == nothing);
  CHECK(ask<650>(1, y + 2).taken);
}

TEST_CASE("blocks of 8 units follow those of 16, and a launch a step follows both") {
  {
    const Room room(1, 60'000);
    CHECK(ask<256>(4) == Asked{true, 1, 1, 32});
  }
  {
    const Room room(1, 1'000);
    CHECK(ask<272>(4) == Asked{true, 28, 0, 0});
    CHECK(ask<272>(1000) == Asked{false, 0, 0, 0});  // too many for launches a step, too
  }
  {
    const Room room(0);
    CHECK(ask<288>(4) == Asked{true, 28, 0, 0});
  }
}

TEST_CASE("a cooperative launch that fails is an error with its sizes") {
  const Room room(1);
  stub::runtime().refuse_at = stub::runtime().launches;
  std::string text;
  try {
    ask<128>(64);
  } catch (const DeviceError& error) {
    text = error.what();
  }
  CHECK(text.starts_with("strata: the launch of 64 blocks of 128 threads that share "));
  CHECK(text.ends_with(" bytes failed on device 0: refused by the stand-in"));
  CHECK(cudaGetLastError() == cudaSuccess);
  CHECK(ask<128>(64).taken);
}

TEST_CASE("limits are those of the current device") {
  const Room room(1);
  CHECK(device::round_limits().multiprocessors == 132);
  CHECK(ask<128>(64).blocks == 64);
  REQUIRE(cudaSetDevice(1) == cudaSuccess);
  CHECK(device::round_limits().multiprocessors == 16);
  CHECK(ask<128>(64).blocks == 16);
  REQUIRE(cudaSetDevice(0) == cudaSuccess);
  CHECK(ask<128>(64).blocks == 64);
}
