#include <layers/recurrent_reference.hpp>

using namespace layer_test;

TEST_CASE("GRU resets behind the product, from any state") { check_against_reference<GRU<5>>({}, Cell::gru); }

TEST_CASE("the K-th part of rows") {
  double a[24]{};
  const auto second = detail::part_of<1, 3>(Matrix<double*, 12>{a, 2});
  CHECK((second.data == a + 4 && second.columns == 4 && second.stride == 12 && second.rows == 2));
}
