#include <layers/recurrent_reference.hpp>

TEST_CASE(
    "GRU that resets before its product with each subset of its masks: gradients, outputs and states (9 to 16 of 32)") {
  layer_test::check_subsets<8, strata::GRU, strata::ResetBefore>(layer_test::Cell::gru_reset_before);
}
