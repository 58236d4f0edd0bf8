#include <doctest/doctest.h>

#include <strata/core/processor.hpp>

using namespace strata;

TEST_CASE("a unit that was compiled for an instruction runs where the processor has it") {
#if defined(__AVX512BF16__)
  CHECK(detail::multiplies_pairs());
#elif !defined(__x86_64__)
  CHECK(!detail::multiplies_pairs());
#endif
#if !defined(__x86_64__) || !defined(__linux__)
  CHECK(!detail::multiplies_tiles());
#endif
}

#if defined(__x86_64__) && defined(__linux__)
#include <fstream>
#include <string>

TEST_CASE("what the processor is said to have is what Linux says it has") {
  std::ifstream file("/proc/cpuinfo");
  std::string line;
  while (std::getline(file, line) && !line.starts_with("flags")) {
  }
  if (line.empty()) return;  // no /proc
  CHECK(detail::multiplies_pairs() == (line.find(" avx512_bf16") != line.npos));
  CHECK(detail::multiplies_tiles() == (line.find(" amx_bf16") != line.npos));
}
#endif
