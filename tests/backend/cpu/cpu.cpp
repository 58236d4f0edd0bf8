#include <doctest/doctest.h>

#include <strata/backend/cpu/cpu.hpp>

#include <type_traits>

using namespace strata;

TEST_CASE("little work is for one thread, much for all that are given") {
  CHECK(threads_for(4, 0) == 1);
  CHECK(threads_for(4, parallel_elements - 1) == 1);
  CHECK(threads_for(4, parallel_elements) == 4);
  CHECK(threads_for(1, 1u << 30) == 1);
}

TEST_CASE("a stream knows its backend and begins with one thread") {
  CHECK(std::is_same_v<Cpu<float>::Stream::backend, Cpu<float>>);
  CHECK(std::is_same_v<Cpu<double>::element, double>);
  CHECK(Cpu<float>::Stream{}.threads == 1);
}
