#include <layers/support.hpp>

using namespace layer_test;

TEST_CASE("a step of SimpleRNN and its gradient by hand") {
  const auto y = SimpleCell<>{}(std::atanh(0.5));
  CHECK(y[0] == doctest::Approx(0.5));
  CHECK(y[1] == y[0]);
  CHECK(SimpleCellBackward<>{}(0.5, 2.0, 1.0)[0] == doctest::Approx(3 * 0.75));
  CHECK(SimpleCell<true>{}(-2.0)[1] == 0);
  CHECK(SimpleCell<true>{}(3.0)[1] == 3);
  CHECK(SimpleCellBackward<true>{}(3.0, 2.0, 1.0)[0] == 3);
  CHECK(SimpleCellBackward<true>{}(0.0, 2.0, 1.0)[0] == 0);
}
