#include <doctest/doctest.h>

#include <strata/init/uniform.hpp>

#include <bit>
#include <cmath>
#include <vector>

using namespace strata;

namespace {
/// FNV-1a over the bits of floats: pins them on every compiler and processor.
std::uint64_t hash(const std::vector<float>& values) {
  std::uint64_t h = 14695981039346656037u;
  for (const float v : values) {
    auto bits = std::bit_cast<std::uint32_t>(v);
    for (int i = 0; i < 4; ++i, bits >>= 8) h = (h ^ (bits & 0xff)) * 1099511628211u;
  }
  return h;
}
}  // namespace

TEST_CASE("numbers are uniform, and the two halves of a seed both count") {
  InitialRandom random(philox_key(1));
  double sum = 0, squares = 0, least = 1, most = 0;
  const int n = 100000;
  for (int i = 0; i < n; ++i) {
    const double u = random.uniform();
    sum += u;
    squares += u * u;
    least = std::min(least, u);
    most = std::max(most, u);
  }
  CHECK(std::abs(sum / n - 0.5) < 4 / std::sqrt(12.0 * n));
  CHECK(squares / n - sum / n * (sum / n) == doctest::Approx(1 / 12.0).epsilon(0.02));
  CHECK((least >= 0 && least < 1e-3 && most < 1 && most > 0.999));
  CHECK(InitialRandom(philox_key(1)).uniform() != InitialRandom(philox_key(1ull << 32 | 1)).uniform());
}

TEST_CASE("neighbours are independent") {
  InitialRandom random(philox_key(2));
  double before = random.uniform() - 0.5, product = 0;
  const int n = 100000;
  for (int i = 0; i < n; ++i) {
    const double now = random.uniform() - 0.5;
    product += before * now;
    before = now;
  }
  CHECK(std::abs(product / n) < 4 / (12 * std::sqrt(double(n))));
}

TEST_CASE_TEMPLATE("Uniform keeps to its bound and fills every element", T, float, double) {
  std::vector<T> memory(32 * 8, T(9));
  InitialRandom random(philox_key(3));
  Uniform::fill(random, Matrix<T*, 8>{memory.data(), 31}, 0.25);
  T least = 1, most = -1;
  for (std::size_t i = 0; i < 31 * 8; ++i) {
    least = std::min(least, memory[i]);
    most = std::max(most, memory[i]);
  }
  CHECK((least >= T(-0.25) && least < T(-0.24) && most < T(0.25) && most > T(0.24)));
  for (std::size_t i = 31 * 8; i < memory.size(); ++i) CHECK(memory[i] == 9);
  constant_fill(Row<T*, 5>{memory.data()}, 0.5);
  CHECK((memory[4] == T(0.5) && memory[5] != T(0.5)));
}

TEST_CASE("the bits of initial weights are the same everywhere") {
  std::vector<float> memory(1003);
  InitialRandom random(philox_key(42));
  Uniform::fill(random, Row<float*, 1003>{memory.data()}, 0.1);
  CHECK(hash(memory) == 7816583174777535966u);
}
