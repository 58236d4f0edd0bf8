#include <backend/cpu/support.hpp>

#include <strata/backend/cpu/matmul.hpp>
#include <strata/backend/cpu/turned_product.hpp>

#include <cmath>
#include <limits>

using namespace kernel_test;

namespace {
/// c of a product [1, K] x [K, N] with the matrix turned, and with it as it lies.
template <class T, std::size_t K, std::size_t N, bool Unbroken = false>
void check_size() {
  CAPTURE(K);
  CAPTURE(N);
  const auto a = numbers<T>(K, 1), weight = numbers<T>(N * K, 2), bias = numbers<T>(N, 3);
  std::vector<T> turned(N * K), c = numbers<T>(N + 1, 4), expected = c;
  using Product = Kernel<ops::TurnedProduct, Cpu<T>>;
  Product::template turn<FullPrecision>(weight.data(), turned.data(), N, K);
  for (const bool accumulate : {false, true}) {
    for (const auto activation : {ops::Activation::none, ops::Activation::relu}) {
      const T* const row = accumulate ? nullptr : bias.data();
      Product::template run<K, N, Unbroken, FullPrecision, N>(
          {a.data(), turned.data(), c.data(), row, accumulate, activation});
      Kernel<ops::Matmul, Cpu<T>>::run(
          {1}, {1, N, K, a.data(), K, false, weight.data(), K, true, expected.data(), N, accumulate, row, activation});
      CHECK(c == expected);  // the element behind the row too
    }
  }
}

/// The chain of a sum along all of K.
template <class T, std::size_t K>
void check_unbroken() {
  const auto a = numbers<T>(K, 1), weight = numbers<T>(3 * K, 2);
  std::vector<T> turned(3 * K), c(3);
  using Product = Kernel<ops::TurnedProduct, Cpu<T>>;
  Product::template turn<FullPrecision>(weight.data(), turned.data(), 3, K);
  Product::template run<K, 3, true, FullPrecision, 3>(
      {a.data(), turned.data(), c.data(), nullptr, false, ops::Activation::none});
  for (std::size_t n = 0; n < 3; ++n) {
    simd<T> sum(T(0));
    for (std::size_t k = 0; k < K; ++k) sum = lanes::fma(simd<T>(a[k]), simd<T>(weight[n * K + k]), sum);
    T lane[simd_width<T>];
    lanes::store(lane, sum);
    CHECK(c[n] == lane[0]);
  }
}

/// In bfloat16, beside sums in double of what pairs hold.
template <std::size_t K, std::size_t N>
void check_pairs() {
  CAPTURE(K);
  CAPTURE(N);
  auto a = numbers<float>(K + 1, 1);
  a[K] = std::nanf("");  // behind the row: not read
  const auto weight = numbers<float>(N * K, 2);
  std::vector<float> turned(N * K), c(N);
  using Product = Kernel<ops::TurnedProduct, Cpu<float>>;
  Product::turn<BFloat16>(weight.data(), turned.data(), N, K);
  Product::run<K, N, false, BFloat16, N>({a.data(), turned.data(), c.data(), nullptr, false, ops::Activation::none});
  double most = 0, rounding = 0;
  for (std::size_t n = 0; n < N; ++n) {
    double exact = 0, held = 0;
    for (std::size_t k = 0; k < K; ++k) {
      const float pair = turned[k / 2 * N + n];
      const float number =
          k % 2 == 0 ? bfloat16_to_float(static_cast<std::uint16_t>(std::bit_cast<std::uint32_t>(pair))) : pair;
      CHECK(std::abs(number - weight[n * K + k]) <= std::abs(weight[n * K + k]) / 256);
      exact += double(a[k]) * double(weight[n * K + k]);
      held += double(a[k]) * double(number);
    }
    most = std::max(most, std::abs(double(c[n]) - held));
    rounding = std::max(rounding, std::abs(double(c[n]) - exact));
  }
  CHECK(most < 1e-5);
  CHECK(rounding > 1e-5);
}
}  // namespace

TEST_CASE_TEMPLATE("products with turned matrices of any size have matmul's bits", T, float, double) {
  check_size<T, 1, 1>();
  check_size<T, 3, 7>();
  check_size<T, 8, 32>();
  check_size<T, 5, 112>();
  check_size<T, 40, 160>();
  check_size<T, 17, 257>();  // more than one block of registers, and one element
  check_size<T, 6, 531>();   // blocks of different sizes
  check_size<T, 256, 20>();
  check_size<T, 400, 33>();  // cut along k
}

TEST_CASE_TEMPLATE("unbroken sums are one chain", T, float, double) {
  check_unbroken<T, 5>();
  check_unbroken<T, 700>();
}

TEST_CASE("in bfloat16 two numbers share a float") {
  check_pairs<1, 5>();
  check_pairs<2, 16>();
  check_pairs<7, 40>();
  check_pairs<301, 40>();
}

TEST_CASE("a pair is as near as bfloat16 is, and what is not finite stays so") {
  constexpr float infinity = std::numeric_limits<float>::infinity();
  const auto first = [](float pair) {
    return bfloat16_to_float(static_cast<std::uint16_t>(std::bit_cast<std::uint32_t>(pair)));
  };
  for (const float x : numbers<float>(500, 1)) {
    for (const float y : numbers<float>(20, 2)) {
      const float pair = detail::bfloat16_pair(x, y);
      CHECK(first(pair) == BFloat16::rounded(x));
      int exponent = 0;
      std::frexp(y, &exponent);
      CHECK(std::abs(pair - y) <= std::ldexp(1.0f, exponent - 9));
    }
  }
  CHECK(first(detail::bfloat16_pair(infinity, 1)) == infinity);
  CHECK(std::isnan(first(detail::bfloat16_pair(std::nanf(""), 1))));
  CHECK(std::isnan(detail::bfloat16_pair(1, infinity)));
  CHECK(std::isnan(detail::bfloat16_pair(1, std::nanf(""))));
}
