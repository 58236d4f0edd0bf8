// The tests of the layer, on the device's kernels.
#include <backend/thrust/lstm_blocks.hpp>

template <class T>
using InOneLaunch = support::LstmBlocks<T, 16>;
#define STRATA_TEST_BACKEND InOneLaunch
#include <layers/lstm.cpp>

#include <strata/backend/thrust/lstm_sequence.hpp>

static_assert(!ops::own_lstm_kernel<Thrust<System::cpp, float>>);

TEST_CASE("an LSTM keeps the contract with blocks of 8 hidden units, and with a kernel a step") {
  const LayerReport eight = check_layer<LSTM<9>, Sequence<2>, support::LstmBlocks<double, 8>>({.extents = {2, 3}});
  CHECK_MESSAGE(eight, eight.text);
  const LayerReport steps = check_layer<LSTM<9>, Sequence<2>, support::LstmBlocks<double, 0>>({.extents = {2, 3}});
  CHECK_MESSAGE(steps, steps.text);
}
