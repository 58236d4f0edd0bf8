#include <doctest/doctest.h>

#include <strata/core/on_demand.hpp>

#include <utility>

using namespace strata;

namespace {
int alive = 0;
template <int Kind>
struct Counted {
  int value = Kind;
  Counted() { ++alive; }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;
  ~Counted() { --alive; }
};
}  // namespace

TEST_CASE("an object is made when it is asked for, and once") {
  {
    OnDemand held;
    CHECK(alive == 0);
    held.as<Counted<1>>().value = 5;
    CHECK(held.as<Counted<1>>().value == 5);
    CHECK(alive == 1);
  }
  CHECK(alive == 0);
}

TEST_CASE("one of another type takes its place") {
  OnDemand held;
  held.as<Counted<1>>().value = 5;
  CHECK(held.as<Counted<2>>().value == 2);
  CHECK(alive == 1);
  CHECK(held.as<Counted<1>>().value == 1);
}

TEST_CASE("a copy holds nothing, what is moved holds what it was given") {
  OnDemand first;
  first.as<Counted<1>>().value = 5;
  OnDemand copy(first);
  CHECK(alive == 1);
  CHECK(copy.as<Counted<1>>().value == 1);
  OnDemand moved(std::move(first));
  CHECK(moved.as<Counted<1>>().value == 5);
  copy = moved;
  CHECK(alive == 1);
  CHECK(copy.as<Counted<1>>().value == 1);
  copy = std::move(moved);
  CHECK(copy.as<Counted<1>>().value == 5);
}
