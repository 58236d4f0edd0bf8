// Memory of the device, on a GPU or on the stand-in for CUDA's runtime.

#include <strata/cuda.hpp>

#include <cuda/no_device.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>

using namespace strata;

TEST_CASE("memory of the device is zeroed, copied and read" * doctest::skip(no_device())) {
  const std::array<int, 3> from{1, 2, 3};
  Buffer<int, device::Memory> a(5), b(5);
  a.upload(from);
  b.copy(a);
  std::array<int, 5> back{9, 9, 9, 9, 9};
  b.download(back);
  CHECK(back == std::array<int, 5>{1, 2, 3, 0, 0});
  b.zero();
  b.download(back);
  CHECK(back == std::array<int, 5>{});
}

TEST_CASE("what is fetched to pinned memory is there when a fence behind it is passed" * doctest::skip(no_device())) {
  const std::array<int, 3> from{1, 2, 3};
  Buffer<int, device::Memory> there(3);
  Buffer<int, device::PinnedMemory> here(3);
  there.upload(from);
  device::Memory::Fence fence;
  CHECK(fence.passed());
  device::Memory::fetch(here.data(), there.data(), 3 * sizeof(int));
  fence.set();
  fence.wait();
  CHECK(fence.passed());
  CHECK(std::equal(from.begin(), from.end(), here.data()));
  const Buffer<int, device::PinnedMemory> copy = here;
  CHECK(copy.data()[2] == 3);
}

TEST_CASE("the device says how much memory is free" * doctest::skip(no_device())) {
  CHECK(device::Memory::available() > 0);
}
