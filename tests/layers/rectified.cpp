#include <layers/recurrent_reference.hpp>

using namespace layer_test;

TEST_CASE("SimpleRNN with Rectified keeps the contract of layers, with masks too") {
  check_contract<SimpleRNN<4, Rectified>, Sequence<3>>({.extents = {3, 5}});
  check_contract<SimpleRNN<4, OutputDropout<0.5>, Rectified, Zoneout<0.0, 0.2>>, Sequence<3>>({.extents = {3, 5}});
  check_against_reference<SimpleRNN<5, Rectified>>({}, Cell::rectified);
  check_against_reference<SimpleRNN<5, Rectified, VariationalDropout<0.25>>>({.variational = 0.25}, Cell::rectified);
}
