// Recordings of a stream, on the stand-in for CUDA's runtime: no GPU is needed.

#include <strata/cuda.hpp>

#include <cuda/stub/cudart.hpp>
#include <thrown.hpp>

#include <doctest/doctest.h>

#include <thread>
#include <vector>

using namespace strata;

TEST_CASE("what is recorded does not run, and runs as one call afterwards") {
  Buffer<float, device::Memory> there(4);
  const stub::Runtime before = stub::runtime();
  const device::Recording recording([&] {
    CHECK(device::Recording::under_way());
    there.zero();
    there.copy(there);
  });
  CHECK_FALSE(device::Recording::under_way());
  CHECK(stub::runtime().copies == before.copies);
  CHECK(stub::runtime().nodes == 2);
  recording.replay();
  recording.replay();
  CHECK(stub::runtime().graph_launches == before.graph_launches + 2);
}

TEST_CASE("the generation changes when memory is given back") {
  const auto before = device::Recording::generation();
  { const Buffer<float, device::Memory> there(4); }
  CHECK(device::Recording::generation() != before);
  CHECK(device::Recording::generation() == device::Recording::generation());
}

TEST_CASE("another thread has recordings of its own") {
  const auto here = device::Recording::generation();
  auto there = here;
  std::thread([&] { there = device::Recording::generation(); }).join();
  CHECK(there != here);
}

TEST_CASE("what waits or allocates cannot be recorded, and says so") {
  const auto message = [](auto work) {
    return support::message<DeviceError>([&] { const device::Recording recording(work); });
  };
  const std::string reason = " failed on device 0: operation not permitted when stream is capturing";
  CHECK(message([] { device::Memory::allocate(512); }) == "strata: cudaMalloc of 512 bytes" + reason);
  Buffer<float, device::Memory> there(4);
  std::vector<float> here(4);
  CHECK(message([&] { there.download(here); }) == "strata: cudaStreamSynchronize" + reason);
  CHECK(message([] { cudaStreamSynchronize(device::stream()); }) ==  // nobody looked at the answer
        "strata: cudaStreamEndCapture failed on device 0: operation failed due to a previous error during capture");
  CHECK_FALSE(device::Recording::under_way());
  there.zero();  // the stream goes on
}
