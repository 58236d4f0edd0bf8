#include <layers/recurrent_reference.hpp>

TEST_CASE("GRU with each subset of its masks: gradients, outputs and states (9 to 16 of 32)") {
  layer_test::check_subsets<8, strata::GRU>(layer_test::Cell::gru);
}
