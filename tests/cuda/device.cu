// What CUDA's runtime is asked for, with and without a device.

#include <strata/cuda.hpp>
#include <strata/strata.hpp>

#include <cuda/no_device.hpp>
#include <thrown.hpp>

#include <doctest/doctest.h>

#include <string>

using namespace strata;

namespace {
using Net = Sequential<Linear<3>, ReLU>;
}  // namespace

TEST_CASE("without a device a network says which call failed for which size, and the CPU goes on" *
          doctest::skip(!no_device())) {
  const std::string text = support::message<DeviceError>([] { Network<Net, Features<2>, Cuda<float>> net; });
  CHECK(text.find("strata: cudaMalloc of 128 bytes failed on device -1: ") == 0);
  const Network<Net, Features<2>, Cpu<float>> net;
  CHECK(net.predict(xt::xtensor<float, 2>({4, 2}, 1.0f)).shape(1) == 3);
}

TEST_CASE("more memory than there is is an error with its size, and the device goes on" * doctest::skip(no_device())) {
  const std::string text = support::message<DeviceError>([] { device::Memory::allocate(std::size_t{1} << 50U); });
  CHECK(text.find("strata: cudaMalloc of 1125899906842624 bytes failed on device 0: out of memory") == 0);
  const Network<Net, Features<2>, Cuda<float>> net;
  CHECK(net.predict(xt::xtensor<float, 2>({4, 2}, 1.0f)).shape(1) == 3);
}
