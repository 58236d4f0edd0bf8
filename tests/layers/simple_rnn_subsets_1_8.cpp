#include <layers/recurrent_reference.hpp>

TEST_CASE("SimpleRNN with each subset of its masks: gradients, outputs and states (1 to 8 of 16)") {
  layer_test::check_subsets<0, strata::SimpleRNN>(layer_test::Cell::simple);
}
