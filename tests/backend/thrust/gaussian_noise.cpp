#define STRATA_TESTED_SYSTEM omp
#include <backend/cpu/gaussian_noise.cpp>

TEST_CASE_TEMPLATE("wherever arrays begin, the noise is the same", T, float, double) {
  alignas(16) T x[100], y[100];
  for (const std::size_t columns : {8u, 7u}) {
    for (const std::size_t from : {0u, 1u, 2u, 4u}) {
      for (const std::size_t to : {0u, 1u, 2u, 4u}) {
        for (std::size_t i = 0; i < 100; ++i) {
          x[i] = static_cast<T>(i % 90 + 1 - from);
          y[i] = -1;
        }
        const Counters<T> counters{.key = philox_key(seed), .step = 6};
        Kernel<ops::GaussianNoise, Tested<T>>::run({1}, 6, columns, 3, 0.4, 16, &counters, 0, y + to, x + from);
        std::vector<T> plain(6 * columns);
        for (std::size_t i = 0; i < plain.size(); ++i) plain[i] = static_cast<T>(i + 1);
        CHECK(std::vector<T>(y + to, y + to + plain.size()) == disturb(plain, columns, 3, 1));
        CHECK(y[to + plain.size()] == -1);
      }
    }
  }
}
