// Units for different instruction sets in one program: each keeps its own kernels, and all are right.

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <string_view>
#include <vector>

std::vector<double> predict_first(const char*& name);
std::vector<double> predict_second(const char*& name);
std::vector<double> predict_avx2(const char*& name);
std::vector<double> predict_avx512(const char*& name);

namespace {
/// The largest difference in parts of the largest value.
double difference(const std::vector<double>& a, const std::vector<double>& b) {
  REQUIRE(a.size() == b.size());
  double apart = 0, largest = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    apart = std::max(apart, std::abs(a[i] - b[i]));
    largest = std::max(largest, std::abs(b[i]));
  }
  return apart / largest;
}
}  // namespace

TEST_CASE("two units with the same options share one library and agree to the bit") {
  const char *first = nullptr, *second = nullptr;
  CHECK(predict_first(first) == predict_second(second));
  CHECK(std::string_view(first) == second);
}

TEST_CASE("a unit for AVX2 keeps its own kernels and is right") {
  if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) return;
  const char *here = nullptr, *there = nullptr;
  const auto reference = predict_first(here);
  CHECK(difference(predict_avx2(there), reference) < 1e-12);
  CHECK(std::string_view(there).find("avx2_fma") != std::string_view::npos);
}

TEST_CASE("a unit for AVX-512 keeps its own kernels and is right") {
  if (!__builtin_cpu_supports("avx512f") || !__builtin_cpu_supports("avx512bw") ||
      !__builtin_cpu_supports("avx512dq") || !__builtin_cpu_supports("avx512vl")) {
    MESSAGE("this processor has no AVX-512");
    return;
  }
  const char *here = nullptr, *there = nullptr;
  const auto reference = predict_first(here);
  CHECK(difference(predict_avx512(there), reference) < 1e-12);
  CHECK(std::string_view(there).find("avx512") != std::string_view::npos);
}
