#include <doctest/doctest.h>

#include <strata/backend/common/row_terms.hpp>

using namespace strata;

namespace {
struct Passes {
  static constexpr std::size_t passes = 2;
  double factor = 3;
  template <class V>
  constexpr V term(ops::Pass<0>, V a, V b) const {
    return a - b;
  }
  template <class V>
  constexpr Pack<V, 2> term(ops::Pass<1>, V a, V b) const {
    return {{a * V(factor), b}};
  }
};
}  // namespace

static_assert(detail::terms_in<0, Passes, float, 2> == 1);
static_assert(detail::terms_in<1, Passes, double, 2> == 2);

TEST_CASE("terms are those of the pass, inputs in their order") {
  const Passes f;
  const Pack<double, 2> x{{5, 7}};
  CHECK(detail::apply<1>(detail::TermOf<0, Passes>{f}, x)[0] == -2);
  CHECK(detail::apply<2>(detail::TermOf<1, Passes>{f}, x)[0] == 15);
  CHECK(detail::apply<2>(detail::TermOf<1, Passes>{f}, x)[1] == 7);
}

TEST_CASE("all passes come in order") {
  std::size_t seen = 0;
  detail::for_each_pass<Passes>([&]<std::size_t P>(ops::Pass<P>) { seen = seen * 10 + P + 1; });
  CHECK(seen == 12);
}
