#include <doctest/doctest.h>

#include <strata/shape/count.hpp>

#include <initializer_list>
#include <vector>

using namespace strata;

TEST_CASE("a count is linear in batch · steps and in batch") {
  const Count c{3, 5, 7};
  CHECK(c.at({2, 4}) == 3 * 8 + 5 * 2 + 7);
  CHECK(c.at({}) == 15);
  CHECK(fixed_count(9).at({100, 100}) == 9);
  CHECK((Extents{3, 4}.rows() == 12));
}

TEST_CASE("arithmetic of counts is arithmetic of their values") {
  const Count a{3, 5, 7}, b{1, -2, 4};
  for (const Extents e : {Extents{1, 1}, Extents{6, 2}, Extents{2, 9}}) {
    CHECK((a + b).at(e) == a.at(e) + b.at(e));
    CHECK((a - b).at(e) == a.at(e) - b.at(e));
    CHECK((a * 3).at(e) == 3 * a.at(e));
    CHECK((3 * a).at(e) == (a * 3).at(e));
  }
  CHECK((a + b == Count{4, 3, 11}));
  CHECK_FALSE((a == b));
}

TEST_CASE("the extents of a dry run are symbols for the real ones") {
  constexpr SymbolicExtents symbols;
  for (const Extents e : {Extents{1, 1}, Extents{6, 2}}) {
    CHECK(symbols.rows().at(e) == e.rows());
    CHECK(symbols.batch.at(e) == e.batch);
  }
}

TEST_CASE("samples have all steps, or as many as the lengths say, and a part of them its own") {
  const std::vector<std::uint32_t> lengths{3, 1, 2};
  const Extents all{3, 4}, ragged{3, 4, lengths.data()};
  CHECK((all.length(1) == 4 && ragged.length(1) == 1));
  CHECK(ragged.part(1, 2) == Extents{2, 4, lengths.data() + 1});
  CHECK(all.part(1, 2) == Extents{2, 4});
  CHECK(ragged != all);
}
