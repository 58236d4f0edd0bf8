#include <doctest/doctest.h>

#include <strata/core/simd.hpp>

#include <cmath>
#include <cstddef>
#include <vector>

namespace lanes = strata::lanes;

TEST_CASE_TEMPLATE("load, store and reduce_add see every lane", T, float, double) {
  constexpr std::size_t width = strata::simd_width<T>;
  std::vector<T> from(width + 1), to(width + 3, T(-1));
  for (std::size_t i = 0; i <= width; ++i) from[i] = static_cast<T>(i + 1);
  const strata::simd<T> v = lanes::load(from.data() + 1);
  lanes::store(to.data() + 1, v);
  for (std::size_t i = 0; i < width; ++i) CHECK(to[i + 1] == from[i + 1]);
  CHECK(to.front() == T(-1));
  CHECK(to[width + 1] == T(-1));
  CHECK(lanes::reduce_add(v) == static_cast<T>(width * (width + 3) / 2));
}

TEST_CASE_TEMPLATE("partial loads fill and partial stores stop", T, float, double) {
  constexpr std::size_t width = strata::simd_width<T>;
  for (std::size_t count = 0; count <= width; ++count) {
    // A heap block of exactly `count` elements lets the address sanitizer see one access too many.
    std::vector<T> from(count), to(count), all(width);
    for (std::size_t i = 0; i < count; ++i) from[i] = static_cast<T>(i + 1);
    const strata::simd<T> v = lanes::load_first(from.data(), count, T(9));
    lanes::store(all.data(), v);
    for (std::size_t i = 0; i < width; ++i) CHECK(all[i] == (i < count ? static_cast<T>(i + 1) : T(9)));
    lanes::store_first(to.data(), v, count);
    CHECK(to == from);
    std::vector<T> wide(width, T(-5));
    lanes::store_first(wide.data(), v, count);
    for (std::size_t i = count; i < width; ++i) CHECK(wide[i] == T(-5));
  }
  const T one = 1;
  CHECK(lanes::reduce_add(lanes::load_first(&one, 1)) == T(1));
}

TEST_CASE_TEMPLATE("fma is a * b + c, rounded once where the processor can", T, float, double) {
  using V = strata::simd<T>;
  const T tiny = sizeof(T) == 4 ? T(0x1p-13) : T(0x1p-30);
  const V product = lanes::fma(V(T(3)), V(T(5)), V(T(7)));
  CHECK(product.get(0) == T(22));
  CHECK(product.get(V::size - 1) == T(22));
#if defined(__FMA__) || defined(__aarch64__)
  // (1 + t)(1 - t) - 1 = -t², which a rounded product loses.
  CHECK(lanes::fma(V(T(1) + tiny), V(T(1) - tiny), V(T(-1))).get(0) == -tiny * tiny);
#else
  CHECK(std::abs(lanes::fma(V(T(1) + tiny), V(T(1) - tiny), V(T(-1))).get(0)) <= tiny * tiny);
#endif
}
