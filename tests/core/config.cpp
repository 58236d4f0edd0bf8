#include <strata/core/config.hpp>

#include <doctest/doctest.h>

#include <string_view>
#include <typeinfo>

namespace STRATA_NAMESPACE {
struct Probe {};
}  // namespace STRATA_NAMESPACE

#define SPELLED_EXPANDED(...) #__VA_ARGS__
#define SPELLED(...) SPELLED_EXPANDED(__VA_ARGS__)

TEST_CASE("the inline namespace spells version, instruction set, threading and checking") {
  const std::string_view name = SPELLED(STRATA_NAMESPACE);
  CHECK(name.find("strata::inline v0_1_") == 0);
  CHECK(name.find(SPELLED(STRATA_INSTRUCTIONS)) != std::string_view::npos);
#if defined(_OPENMP)
  CHECK(name.find("_openmp_") != std::string_view::npos);
#else
  CHECK(name.find("_serial_") != std::string_view::npos);
#endif
#if defined(STRATA_CHECKED)
  CHECK(name.ends_with("_checked"));
#else
  CHECK(name.ends_with("_plain"));
#endif
}

TEST_CASE("what is declared in it is found as strata::, and linked under its own name") {
  const std::string_view linked = typeid(strata::Probe).name();
  CHECK(linked.find(SPELLED(STRATA_INSTRUCTIONS)) != std::string_view::npos);
}

TEST_CASE("the version is the one in the namespace") {
  CHECK(STRATA_VERSION_MAJOR == 0);
  CHECK(STRATA_VERSION_MINOR == 1);
  CHECK(STRATA_VERSION_PATCH >= 0);
}
