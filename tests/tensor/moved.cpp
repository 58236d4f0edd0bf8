#include <doctest/doctest.h>

#include <strata/tensor/moved.hpp>

#include <algorithm>
#include <array>

using namespace strata;

namespace {
/// Ordinary memory that says it is another, and counts what is copied over the border.
struct Other : HostMemory {
  static constexpr bool on_host = false;
  static inline std::size_t up = 0, down = 0;
  static void upload(void* to, const void* from, std::size_t bytes) {
    up += bytes;
    copy(to, from, bytes);
  }
  static void download(void* to, const void* from, std::size_t bytes) {
    down += bytes;
    copy(to, from, bytes);
  }
};
constexpr std::array<int, 3> three{1, 2, 3}, next{4, 5, 6};
}  // namespace

TEST_CASE("nothing moves where the memories are one") {
  Downloaded<int, HostMemory> downloaded;
  Uploaded<int, HostMemory> uploaded;
  CHECK(downloaded.of(three).data() == three.data());
  CHECK(uploaded.of(three).data() == three.data());
}

TEST_CASE("elements are copied over the border, and a copy's memory serves again") {
  Downloaded<int, Other> downloaded;
  Uploaded<int, Other> uploaded;
  const int *first = downloaded.of(three).data(), *first_up = uploaded.of(three).data();
  CHECK(first != three.data());
  CHECK(first_up != three.data());
  CHECK(std::ranges::equal(downloaded.of(next), next));
  CHECK(std::ranges::equal(uploaded.of(next), next));
  CHECK(downloaded.of(std::span(next).first(2)).size() == 2);
  CHECK(uploaded.of(std::span(next).first(2)).size() == 2);
  CHECK(downloaded.of(next).data() == first);
  CHECK(uploaded.of(next).data() == first_up);
  CHECK(Other::down == 11 * sizeof(int));
  CHECK(Other::up == 11 * sizeof(int));
}
