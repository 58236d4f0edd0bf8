#include <layers/recurrent_reference.hpp>

using namespace layer_test;

TEST_CASE("GRU with ResetBefore keeps the contract of layers and is the published one") {
  check_contract<GRU<3, ResetBefore>, Sequence<2>>({.extents = {3, 5}});
  check_contract<Sequential<GRU<3, ResetBefore>, GRU<4>, LastStep>, Sequence<2>>({.seed = 2});
  check_against_reference<GRU<5, ResetBefore>>({}, Cell::gru_reset_before);
}

TEST_CASE("the two forms differ") {
  Network<GRU<4>, Sequence<2>, Engine<double>> after;
  Network<GRU<4, ResetBefore>, Sequence<2>, Engine<double>> before;
  randomize(after, 1);
  randomize(before, 1);
  const auto x = array<double, 3>({1, 6, 2}, 2);
  CHECK(!all_close(after.predict(x), before.predict(x), 1e-3));
}
