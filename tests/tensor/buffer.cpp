#include <doctest/doctest.h>

#include <strata/tensor/buffer.hpp>

#include <cstdint>
#include <initializer_list>

using strata::Buffer;

TEST_CASE_TEMPLATE("a buffer is zero and aligned to 64 bytes", T, float, double) {
  for (const std::size_t n : {1u, 7u, 1000u}) {
    const Buffer<T> b(n);
    CHECK(b.size() == n);
    CHECK(reinterpret_cast<std::uintptr_t>(b.data()) % 64 == 0);
    for (const T x : b.span()) CHECK(x == 0);
  }
}

TEST_CASE("copies share nothing, moves keep the memory") {
  Buffer<float> a(3);
  a.span()[1] = 5;
  Buffer<float> b = a;
  CHECK(b.data() != a.data());
  CHECK(b.span()[1] == 5);
  b.span()[1] = 6;
  CHECK(a.span()[1] == 5);
  const float* memory = a.data();
  Buffer<float> c = std::move(a);
  CHECK(c.data() == memory);
  CHECK(a.size() == 0);
  CHECK(a.data() == nullptr);
  b = std::move(c);
  CHECK(b.data() == memory);
  b = b.size() == 3 ? b : Buffer<float>(1);
  CHECK(b.span()[1] == 5);
}

TEST_CASE("an empty buffer owns nothing") {
  Buffer<float> none, zero(0);
  CHECK(none.data() == nullptr);
  CHECK(zero.data() == nullptr);
  CHECK(zero.span().empty());
  const Buffer<float> copy = zero;
  CHECK(copy.size() == 0);
}
