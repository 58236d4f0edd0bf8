#include <doctest/doctest.h>

#include <strata/layers/layers.hpp>

using namespace strata;

namespace {
template <class L, class In>
using misfit = typename detail::FindMisfit<L, In>::type;
struct Named : Sequential<LastStep, LSTM<4>> {};
}  // namespace

static_assert(std::is_same_v<walk<Sequence<5>>::last, Sequence<5>>);
static_assert(std::is_same_v<walk<Sequence<5>, LSTM<3>, LastStep, Linear<2>>::last, Features<2>>);
static_assert(std::is_same_v<walk<Sequence<5>, LSTM<3>, LastStep>::steps,
                             List<Step<Sequence<5>, LSTM<3>>, Step<Sequence<3>, LastStep>>>);
static_assert(std::is_same_v<walk<Features<5>, LSTM<3>, Linear<2>>::last, NoShape>);

TEST_CASE("a chain that fits has no misfit") {
  CHECK(Fitting<Sequential<LSTM<3>, LastStep, Linear<2>>, Sequence<5>>);
  CHECK(Fitting<Linear<2>, Features<5>>);
  CHECK_FALSE(Fitting<Linear<2>, NoShape>);
  CHECK_FALSE(Fitting<Sequential<LSTM<3>>, Features<5>>);
}

TEST_CASE("the first layer that refuses is found, with the shape that it was given") {
  CHECK(std::is_same_v<misfit<LSTM<3>, Features<5>>, Step<Features<5>, LSTM<3>>>);
  CHECK(std::is_same_v<misfit<Sequential<LSTM<3>, LastStep, LastStep, LSTM<2>>, Sequence<5>>,
                       Step<Features<3>, LastStep>>);
  CHECK(std::is_same_v<misfit<Named, Sequence<5>>, Step<Features<5>, LSTM<4>>>);
}

TEST_CASE("the search descends into containers, and blames a container only where everything inside fits") {
  using Inner = Sequential<Linear<4>, Residual<Linear<4>, Sequential<ReLU, LSTM<4>>>>;
  CHECK(std::is_same_v<misfit<Inner, Features<5>>, Step<Features<4>, LSTM<4>>>);
  using Narrow = Residual<Linear<3>, ReLU>;
  CHECK(std::is_same_v<misfit<Sequential<Linear<4>, Narrow>, Features<5>>, Step<Features<4>, Narrow>>);
  CHECK(std::is_same_v<misfit<With<Sequential<Linear<4>, Narrow>, Freeze>, Features<5>>, Step<Features<4>, Narrow>>);
  CHECK(std::is_same_v<misfit<Linear<3>, Tokens<9>>, Step<Tokens<9>, Linear<3>>>);
  CHECK(std::is_same_v<misfit<Dropout<1.0>, Features<9>>, Step<Features<9>, Dropout<1.0>>>);
}
