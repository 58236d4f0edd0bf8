#include <doctest/doctest.h>

#include <strata/backend/common/apply.hpp>

using namespace strata;

namespace {
struct Product {
  template <class V>
  constexpr V operator()(V a, V b) const {
    return a * b;
  }
};
struct Both {
  template <class V>
  constexpr Pack<V, 2> operator()(V a) const {
    return {{a, -a}};
  }
};
struct Seven {
  template <class V>
  constexpr V operator()() const {
    return V(7);
  }
};
struct Late {
  const int* where;
  constexpr int load() const { return *where; }
};
}  // namespace

TEST_CASE("functors of none, one and several arguments give a pack of results") {
  CHECK(detail::apply<1>(Product{}, Pack<double, 2>{{3, 4}})[0] == 12);
  const auto both = detail::apply<2>(Both{}, Pack<double, 1>{{3}});
  CHECK(both[0] == 3);
  CHECK(both[1] == -3);
  CHECK(detail::apply<1, float>(Seven{}, Pack<float, 0>{})[0] == 7);
}

TEST_CASE("a functor that loads is what it loads, when it is asked") {
  int value = 1;
  const Late late{&value};
  value = 5;
  CHECK(detail::loaded(late) == 5);
  CHECK(detail::loaded(Product{})(2, 3) == 6);
}
