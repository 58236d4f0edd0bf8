#include <doctest/doctest.h>

#include <strata/network/revision.hpp>

using namespace strata;

TEST_CASE("no two revisions are the same until one is copied, and none is that of no weights") {
  WeightsRevision a, b;
  CHECK(a != b);
  CHECK(a != WeightsRevision::none());
  const WeightsRevision kept = a;
  CHECK(kept == a);
  a.change();
  CHECK(kept != a);
  CHECK(a != b);
}
