#include <layers/recurrent_reference.hpp>

TEST_CASE(
    "GRU that resets before its product with each subset of its masks: gradients, outputs and states (25 to 32 of "
    "32)") {
  layer_test::check_subsets<24, strata::GRU, strata::ResetBefore>(layer_test::Cell::gru_reset_before);
}
