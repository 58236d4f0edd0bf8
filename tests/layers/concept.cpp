#include <doctest/doctest.h>

#include <strata/layers/layers.hpp>

using namespace strata;

namespace {
/// As little as a layer can say.
struct Least {
  template <Numeric In>
  using output = In;
};
struct Derived : Sequential<LSTM<4>, Dropout<0.5>, Residual<Linear<4>, ReLU>> {};
}  // namespace

static_assert(Accepts<Linear<3>, Features<2>> && !Accepts<LSTM<3>, Features<2>> && !Accepts<int, Features<2>>);
static_assert(std::is_same_v<output_of<LSTM<3>, Features<2>>, NoShape>);
static_assert(std::is_same_v<output_of<Derived, Sequence<7>>, Sequence<4>>);
static_assert(Container<Derived, Sequence<7>> && !Container<LSTM<4>, Sequence<7>>);

TEST_CASE("what a layer does not declare is nothing, and what it does not say is the safe default") {
  CHECK(std::is_same_v<declared<Weights, Least, Features<2>>, Nothing>);
  CHECK(std::is_same_v<declared<Statistics, Least, Features<2>>, Nothing>);
  CHECK(std::is_same_v<declared<State, Least, Features<2>>, Nothing>);
  CHECK(std::is_same_v<declared<Tape, Least, Features<2>>, Nothing>);
  CHECK(backward_reads_of<Least>() == Reads::both);
  CHECK_FALSE(runs_in_place<Least, false>());
  CHECK(runs_in_place<ReLU, true>());
  CHECK(runs_in_place<BatchNorm, false>());
  CHECK_FALSE(runs_in_place<BatchNorm, true>());
  CHECK_FALSE(runs_in_place<Linear<3>, false>());
}

TEST_CASE("what backward reads combines") {
  for (const bool input : {false, true}) {
    for (const bool output : {false, true}) {
      CHECK(reads_input(reads(input, output)) == input);
      CHECK(reads_output(reads(input, output)) == output);
    }
  }
  CHECK(reads(true, true) == Reads::both);
  CHECK(reads(false, false) == Reads::neither);
}

TEST_CASE("storage and leaves sum over everything inside") {
  using In = Sequence<7>;
  const auto one = [](std::size_t n) { return static_cast<std::int64_t>(padded(n)); };
  const std::int64_t lstm = one(16 * 7) + one(16 * 4) + 2 * one(16);
  CHECK(storage<Weights, Derived, In> == Count{0, 0, lstm + one(16) + one(4)});
  CHECK(storage<State, Derived, In> == Count{0, 2 * one(4), 0});
  CHECK(storage<Tape, Derived, In> == Count{one(16) + one(4), 2 * one(4), 0});
  CHECK(storage<Statistics, Derived, In> == Count{});
  CHECK(storage<Statistics, Sequential<Derived, BatchNorm>, In> == Count{0, 0, 2 * one(4)});
  CHECK(leaves<Derived, In> == 4);
  CHECK(leaves<Sequential<Derived, Residual<Projection, Linear<2>>, With<Linear<3>, Freeze>>, In> == 7);
}
