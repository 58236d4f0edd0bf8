// The smallest program of a user: a network, a prediction, a file in memory, and the version that CMake promised.
#include <strata/io.hpp>
#include <strata/strata.hpp>

#include <cstdio>
#include <string>

using namespace strata;

int main() {
  const std::string version = std::to_string(STRATA_VERSION_MAJOR) + "." + std::to_string(STRATA_VERSION_MINOR) + "." +
                              std::to_string(STRATA_VERSION_PATCH);
  if (version != WANTED_VERSION) {
    std::printf("the headers are of version %s, CMake found %s\n", version.c_str(), WANTED_VERSION);
    return 1;
  }
  const Network<Sequential<Linear<3>, Tanh, Linear<2>>, Features<4>, Cpu<float>> network{Seed{1}};
  const xt::xtensor<float, 2> x = xt::xtensor<float, 2>::from_shape({5, 4});
  const auto y = network.predict(x);
  if (y.shape(0) != 5 || y.shape(1) != 2) {
    std::printf("the prediction has the wrong shape\n");
    return 1;
  }
  try {
    io::read_npy<float, 2>("/there/is/no/such/file.npy");
  } catch (const Error& error) {
    std::printf("strata %s: %s\n", version.c_str(), error.what());
    return 0;
  }
  std::printf("a missing file was no error\n");
  return 1;
}
