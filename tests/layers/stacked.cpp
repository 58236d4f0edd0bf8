#include <layers/support.hpp>

using namespace layer_test;

static_assert(std::is_same_v<output_of<Stacked<3, LSTM<4>>, Sequence<5>>, Sequence<4>>);
static_assert(!Accepts<Stacked<0, LSTM<4>>, Sequence<5>>);

TEST_CASE("Stacked keeps the contract of layers") {
  check_contract<Stacked<3, GRU<2>>, Sequence<3>>({.extents = {3, 5}});
  check_contract<Stacked<2, Bidirectional<LSTM<2>>>, Sequence<3>>();
}

TEST_CASE("Stacked is that many layers in a row, tensors and all") {
  using Row = Sequential<GRU<3>, GRU<3>, GRU<3>>;
  CHECK(names<Weights, Stacked<3, GRU<3>>, Sequence<2>>() == names<Weights, Row, Sequence<2>>());
  Network<Stacked<3, GRU<3>>, Sequence<2>, Engine<double>> stacked{Seed{4}};
  Network<Row, Sequence<2>, Engine<double>> row{Seed{4}};
  const auto x = array<double, 3>({2, 4, 2}, 1);
  CHECK(stacked.predict(x) == row.predict(x));
}
