#include <layers/recurrent_reference.hpp>

using namespace layer_test;

TEST_CASE("GRU resets behind the product, from any state") { check_against_reference<GRU<5>>({}, Cell::gru); }
