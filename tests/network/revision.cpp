#include <doctest/doctest.h>

#include <strata/network/revision.hpp>

using namespace strata;

TEST_CASE("no two revisions are the same until one is copied, and none is that of no weights") {
  Revision a, b;
  CHECK(a != b);
  CHECK(a != Revision::none());
  const Revision kept = a;
  CHECK(kept == a);
  a.change();
  CHECK(kept != a);
  CHECK(a != b);
}
