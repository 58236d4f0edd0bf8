#include <doctest/doctest.h>

#include <strata/tensor/memory.hpp>

#include <cstdint>
#include <string_view>
#include <type_traits>

using namespace strata;

// Not an anonymous namespace: nvcc 13 does not see that a concept reads on_host, and warns of a member without use.
namespace memory_tests {
struct Silent {};
struct Far {
  static constexpr bool on_host = false;
};
struct Distant {
  using memory = Far;
};
}  // namespace memory_tests
using namespace memory_tests;

TEST_CASE("ordinary memory is aligned, and copied to and from as it is") {
  void* memory = HostMemory::allocate(100);
  CHECK(reinterpret_cast<std::uintptr_t>(memory) % 64 == 0);
  const char text[] = "some bytes";
  char back[sizeof text] = {};
  HostMemory::zero(memory, 100);
  CHECK(static_cast<const char*>(memory)[99] == 0);
  HostMemory::upload(memory, text, sizeof text);
  HostMemory::copy(static_cast<char*>(memory) + 2, memory, sizeof text);  // they may overlap
  HostMemory::download(back, static_cast<char*>(memory) + 2, sizeof text);
  CHECK(std::string_view(back) == text);
  HostMemory::deallocate(memory);
  HostMemory::zero(nullptr, 0);
  HostMemory::copy(nullptr, nullptr, 0);
}

TEST_CASE("a backend that names no memory has the ordinary one") {
  CHECK((std::is_same_v<memory_of<Silent>, HostMemory>));
  CHECK((std::is_same_v<memory_of<Distant>, Far>));
  CHECK(OnHost<Silent>);
  CHECK_FALSE(OnHost<Distant>);
}
