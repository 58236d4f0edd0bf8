#include <layers/recurrent_reference.hpp>

TEST_CASE("LSTM with each subset of its masks: gradients, outputs and states (25 to 32 of 32)") {
  layer_test::check_subsets<24, strata::LSTM>();
}
