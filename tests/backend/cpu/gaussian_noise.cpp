#include <backend/cpu/support.hpp>

#include <strata/backend/cpu/gaussian_noise.hpp>

using namespace kernel_test;

namespace {
constexpr std::uint64_t seed = 12345678901ull;

template <class T>
std::vector<T> disturb(const std::vector<T>& x, std::size_t columns, std::size_t batch, int threads,
                       std::size_t first_sample = 0) {
  std::vector<T> y(x.size());
  const Counters<T> counters{.key = philox_key(seed), .step = 6};
  Kernel<ops::GaussianNoise, Tested<T>>::run({threads}, x.size() / columns, columns, batch, 0.4, 16, &counters,
                                             first_sample, y.data(), x.data());
  return y;
}
}  // namespace

TEST_CASE_TEMPLATE("the noise of an element is the normal number of its sample, time and column", T, float, double) {
  for (const std::size_t columns : {1u, 3u, 4u, 5u, 130u, 1024u, 1030u}) {
    const std::size_t batch = 3, steps = 2;
    const auto x = numbers<T>(batch * steps * columns, 1);
    const auto y = disturb(x, columns, batch, 1, 10);
    std::size_t wrong = 0;
    for (std::size_t r = 0; r < batch * steps; ++r) {
      for (std::size_t j = 0; j < columns; ++j) {
        const auto sample = static_cast<std::uint32_t>(10 + r % batch), time = static_cast<std::uint32_t>(r / batch);
        const T z = normal<T>(philox(philox_counter(j, sample, time, 16, 6), philox_key(seed))[j % 4]);
        wrong += y[r * columns + j] != std::fma(static_cast<T>(0.4), z, x[r * columns + j]);
      }
    }
    CAPTURE(columns);
    CHECK(wrong == 0);
  }
}

TEST_CASE("noise depends neither on threads nor on how a batch is split") {
  const std::size_t columns = 600, batch = 20;
  const auto x = numbers<float>(batch * columns, 1);
  const auto whole = disturb(x, columns, batch, 1);
  for (const int threads : thread_counts) CHECK(disturb(x, columns, batch, threads) == whole);
  const std::vector<float> late(x.begin() + 7 * 600, x.end());
  const auto part = disturb(late, columns, batch - 7, 1, 7);
  CHECK(std::equal(part.begin(), part.end(), whole.begin() + 7 * 600));
}

TEST_CASE("noise is added in place") {
  auto x = numbers<float>(50, 1);
  const auto expected = disturb(x, 10, 5, 1);
  const Counters<float> counters{.key = philox_key(seed), .step = 6};
  Kernel<ops::GaussianNoise, Tested<float>>::run({1}, 5, 10, 5, 0.4, 16, &counters, 0, x.data(), x.data());
  CHECK(x == expected);
}
