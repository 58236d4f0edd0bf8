#include <layers/recurrent_reference.hpp>

TEST_CASE("LSTM with each subset of its masks: gradients, outputs and states (1 to 8 of 32)") {
  layer_test::check_subsets<0, strata::LSTM>();
}
