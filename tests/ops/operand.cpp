#include <ops/support.hpp>

using namespace ops_test;

TEST_CASE("views without their types keep pointer, stride and the largest extents") {
  std::vector<float> memory(100);
  const Matrix<float*, 4, 10> narrow{memory.data(), 5};
  const Row<const float*, 4> row{memory.data() + 50};
  const auto all = ops::from(narrow, row);
  CHECK(std::is_same_v<std::remove_const_t<decltype(all)>, ops::From<const float*, 2>>);
  CHECK(all.rows == 5);
  CHECK(all.columns == 4);
  CHECK(all.at[0].data == memory.data());
  CHECK(all.at[0].stride == 10);
  CHECK(all.at[1].data == memory.data() + 50);
  CHECK(all.at[1].stride == 0);
  CHECK(ops::from(row).rows == 0);
}

TEST_CASE("a flat buffer is one row of its length") {
  std::vector<float> memory(100);
  const auto all = ops::into(Flat<float*>{memory.data(), 60}, Flat<float*>{memory.data(), 60});
  CHECK((all.rows == 1 && all.columns == 60 && all.at[1].stride == 60));
}

TEST_CASE("in a dry run only the columns matter") {
  constexpr auto all = ops::from(Row<Planned, 3>{Planned{1}}, Matrix<Planned, 3>{Planned{2}, Count{1, 0, 0}});
  CHECK(all.columns == 3);
}

TEST_CASE("a Pack holds values by place") {
  Pack<int, 3> p{{1, 2, 3}};
  p[1] = 7;
  CHECK(p[0] + p[1] + p[2] == 11);
}
