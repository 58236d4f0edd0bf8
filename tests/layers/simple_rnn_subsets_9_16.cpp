#include <layers/recurrent_reference.hpp>

TEST_CASE("SimpleRNN with each subset of its masks: gradients, outputs and states (9 to 16 of 16)") {
  layer_test::check_subsets<8, strata::SimpleRNN>(layer_test::Cell::simple);
}
