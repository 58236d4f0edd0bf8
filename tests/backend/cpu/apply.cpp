#include <backend/cpu/support.hpp>

#include <strata/backend/cpu/apply.hpp>

using namespace kernel_test;

namespace {
struct Difference {
  template <class V>
  constexpr V operator()(V a, V b) const {
    return a - b;
  }
};
struct Both {
  template <class V>
  constexpr Pack<V, 2> operator()(V a, V b) const {
    return {{a + b, a * b}};
  }
};
struct Seven {
  template <class V>
  constexpr V operator()() const {
    return V(7);
  }
};
struct Loads {
  constexpr Seven load() const { return {}; }
};
}  // namespace

TEST_CASE("a functor returns one value or a Pack, and gets its arguments in order") {
  const Pack<double, 2> x{{5, 3}};
  CHECK(detail::apply<1>(Difference{}, x)[0] == 2);
  CHECK(detail::apply<2>(Both{}, x)[0] == 8);
  CHECK(detail::apply<2>(Both{}, x)[1] == 15);
  CHECK(detail::apply<1, double>(Seven{}, Pack<double, 0>{})[0] == 7);
  const auto wide = detail::apply<1>(Difference{}, Pack<simd<float>, 2>{{simd<float>(5.f), simd<float>(3.f)}});
  CHECK(wide[0].get(simd<float>::size - 1) == 2);
}

TEST_CASE("what a functor loads is what is called") {
  CHECK(std::is_same_v<decltype(detail::loaded(Loads{})), Seven>);
  CHECK(std::is_same_v<decltype(detail::loaded(Difference{})), Difference>);
}

TEST_CASE_TEMPLATE("elements behind the end are not read", T, float, double) {
  using V = simd<T>;
  for (std::size_t count = 1; count <= V::size; ++count) {
    const auto a = numbers<T>(3 + count, 1),
               b = numbers<T>(3 + count, 2);  // the address sanitizer sees one read too many
    const auto x = detail::load_all<V>(Pack<const T*, 2>{{a.data(), b.data()}}, 3, count);
    for (std::size_t i = 0; i < count; ++i) {
      CHECK(x[0].get(i) == a[3 + i]);
      CHECK(x[1].get(i) == b[3 + i]);
    }
  }
}

TEST_CASE_TEMPLATE("elements behind the end are not written", T, float, double) {
  using V = simd<T>;
  for (std::size_t count = 1; count <= V::size; ++count) {
    std::vector<T> a(4 + V::size, T(9)), b = a;
    detail::store_all(Pack<T*, 2>{{a.data(), b.data()}}, 3, Pack<V, 2>{{V(T(1)), V(T(2))}}, count);
    for (std::size_t i = 0; i < a.size(); ++i) {
      const bool written = i >= 3 && i < 3 + count;
      CHECK(a[i] == (written ? 1 : 9));
      CHECK(b[i] == (written ? 2 : 9));
    }
  }
}

TEST_CASE("an unrolled body sees every number in order") {
  std::vector<std::size_t> seen;
  detail::unrolled<3>([&](std::size_t i) { seen.push_back(i); });
  CHECK(seen == std::vector<std::size_t>{0, 1, 2});
}
