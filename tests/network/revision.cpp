#include <doctest/doctest.h>

#include <strata/network/revision.hpp>

using namespace strata;

TEST_CASE("no weights have the number of others, or that of none") {
  WeightsRevision a;
  const WeightsRevision b;
  CHECK(a.number() != b.number());
  CHECK(a.number() != WeightsRevision::none);
  const auto before = a.number();
  CHECK(a.number() == before);
  a.change();
  CHECK(a.number() != before);
  CHECK(a.number() != b.number());
}
