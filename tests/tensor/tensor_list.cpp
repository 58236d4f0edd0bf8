#include <doctest/doctest.h>

#include <strata/tensor/tensor_list.hpp>

#include <vector>

using namespace strata;

namespace {
using List3 = TensorList<Tensor<"a", 3, 5>, Undecayed<Tensor<"b", 3>>, Tensor<"c", 2, 3, 4>>;
using Mixed = TensorList<PerRow<"rows", 3>, PerSample<"samples", 5>, Tensor<"one", 2>>;
}  // namespace

TEST_CASE("tensors lie back to back, each on a whole granule") {
  std::vector<float> memory(List3::size);
  const Tensors<float*, List3> tensors{memory.data(), {}};
  const auto a = get<"a">(tensors);
  CHECK(a.data == memory.data());
  CHECK(a.rows == 3);
  CHECK(a.columns == 5);
  const auto b = get<"b">(tensors);
  CHECK(b.data == memory.data() + 16);
  CHECK(b.columns == 3);
  CHECK(b.stride == 0);
  const auto c = get<"c">(tensors);
  CHECK(c.data == memory.data() + 32);
  CHECK(c.rows == 2);
  CHECK(c.columns == 12);
  CHECK(List3::size == 16 + 16 + 32);
  CHECK(List3::elements == 15 + 3 + 24);
  CHECK(List3::count == 3);
}

TEST_CASE("rounding up to granules") {
  CHECK(padded(0) == 0);
  CHECK(padded(1) == granule);
  CHECK(padded(granule) == granule);
  CHECK(padded(granule + 1) == 2 * granule);
}

TEST_CASE("tensors a sample or a row repeat, and their offsets follow the extents") {
  constexpr Count count = count_of(std::type_identity<Mixed>{});
  CHECK((count == Count{16, 16, 16}));
  const Extents extents{3, 4};
  std::vector<double> memory(count.at(extents));
  const Tensors<double*, Mixed> tensors{memory.data(), extents};
  CHECK(get<"rows">(tensors).rows == 12);
  CHECK(get<"rows">(tensors).columns == 3);
  CHECK(get<"samples">(tensors).data == memory.data() + 16 * 12);
  CHECK(get<"samples">(tensors).rows == 3);
  CHECK(get<"one">(tensors).data == memory.data() + 16 * 12 + 16 * 3);
}

TEST_CASE("in a dry run the same names are symbols") {
  const Tensors<Planned, Mixed> tensors{Planned{3}, {}};
  CHECK(get<"samples">(tensors).data.region == 3);
  CHECK((get<"rows">(tensors).rows == Count{1, 0, 0}));
  CHECK((get<"samples">(tensors).rows == Count{0, 1, 0}));
}

TEST_CASE("attributes add up") {
  using Both = Frozen<Undecayed<RowSparse<Tensor<"w", 2, 2>>>>;
  CHECK((Both::attributes.frozen && !Both::attributes.decayed && Both::attributes.row_sparse));
  CHECK(Both::attributes.frozen_row == no_row);
  CHECK((FrozenRow<Both, 1>::attributes.frozen_row == 1 && FrozenRow<Both, 1>::attributes.row_sparse));
  CHECK(Both::attributes.learning_rate == 1);
  CHECK((Tensor<"w", 2>::attributes == Attributes{}));
  CHECK_FALSE((Both::attributes == Attributes{}));
  CHECK(Both::name.view() == "w");
}
