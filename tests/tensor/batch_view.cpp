#include <doctest/doctest.h>

#include <strata/tensor/batch_view.hpp>

#include <array>
#include <vector>

#if __has_include(<xtensor/views/xview.hpp>)
#include <xtensor/views/xview.hpp>
#else
#include <xtensor/xview.hpp>
#endif

using namespace strata;

namespace {
using Rows = BatchView<Features<4>, const float>;
using Series = BatchView<Sequence<4>, float>;
static_assert(std::is_constructible_v<Rows, const xt::xtensor<float, 2>&>);
static_assert(!std::is_constructible_v<Series, const xt::xtensor<float, 3>&>, "what is const cannot be written");
static_assert(!std::is_constructible_v<Rows, xt::xtensor<double, 2>&>, "a view converts nothing");
}  // namespace

TEST_CASE("an array of xtensor is viewed where it lies") {
  xt::xtensor<float, 3> x({2, 3, 4});
  const Series view = x;
  CHECK(view.data() == x.data());
  CHECK(view.extents() == Extents{2, 3});
  CHECK(view.size() == 24);
  std::array<float, 8> memory{};
  auto adapted = xt::adapt(memory.data(), memory.size(), xt::no_ownership(), std::array<std::size_t, 2>{2, 4});
  CHECK(Rows(adapted).data() == memory.data());
  CHECK(Rows(adapted).extents() == Extents{2, 1});
}

TEST_CASE("some samples of an array are a batch; some of its columns are not") {
  xt::xtensor<float, 2> x({5, 4});
  CHECK(Rows(xt::view(x, xt::range(1, 3), xt::all())).data() == x.data() + 4);
  xt::xtensor<float, 2> wide({5, 6});
  CHECK_THROWS_WITH_AS(
      Rows(xt::view(wide, xt::all(), xt::range(0, 4))),
      "strata: a view of a batch was given an array of shape [5, 4] that does not lie dense and row-major in memory",
      ShapeError);
  CHECK(Rows(xt::view(wide, xt::range(2, 2), xt::range(0, 4))).size() == 0);  // nothing lies in any order
  xt::xtensor<float, 2, xt::layout_type::column_major> columns({5, 4});
  CHECK_THROWS_AS((Rows(columns)), ShapeError);
}

TEST_CASE("memory of another size is refused") {
  std::vector<float> memory(24);
  CHECK(Series(std::span(memory), {2, 3}).size() == 24);
  CHECK(Series(memory.data(), {2, 3}).data() == memory.data());
  CHECK(Rows(memory.data(), {6, 9}).extents() == Extents{6, 1});
  CHECK_THROWS_WITH_AS(Series(std::span(memory), {2, 4}),
                       "strata: a span of 24 elements was given for a batch of 2 samples and 4 step(s), which has 32",
                       ShapeError);
  CHECK_THROWS_WITH_AS(Rows(xt::xtensor<float, 2>({2, 5})),
                       "strata: a view of a batch was given an array of shape [2, 5], but needs [batch, 4]",
                       ShapeError);
}

TEST_CASE("ids are checked whichever way they are viewed") {
  using Ids = BatchView<Tokens<7>, const std::int32_t>;
  const std::vector<std::int32_t> memory{0, 6, 3, 7};
  CHECK(Ids(memory.data(), {1, 3}).size() == 3);
  const std::string text = "strata: a view of a batch was given the id 7 at [1, 1], but needs ids in [0, 7)";
  CHECK_THROWS_WITH_AS(Ids(memory.data(), {2, 2}), text.c_str(), ValueError);
  CHECK_THROWS_WITH_AS(Ids(std::span(memory), {2, 2}), text.c_str(), ValueError);
  CHECK_THROWS_WITH_AS((Ids(xt::xtensor<std::int32_t, 2>{{0, 6}, {3, 7}})), text.c_str(), ValueError);
  CHECK_THROWS_AS(Ids(std::span(memory), {2, 3}), ShapeError);  // before anything behind the span is read
}

TEST_CASE("inputs and outputs are of the same batch") {
  CHECK_NOTHROW(require_same_extents<Sequence<2>>({2, 3}, {2, 3}));
  CHECK_NOTHROW(require_same_extents<Features<2>>({2, 3}, {2, 1}));
  CHECK_THROWS_WITH_AS(require_same_extents<Sequence<2>>({2, 3}, {2, 4}),
                       "strata: 2 samples of 3 step(s) were given, and room for the outputs of 2 samples of 4 step(s)",
                       ShapeError);
  CHECK_THROWS_AS(require_same_extents<Features<2>>({2, 3}, {3, 1}), ShapeError);
}

TEST_CASE("lengths of ragged inputs are those of their extents, outputs need none") {
  using Inputs = BatchView<RaggedSequence<2>, const float>;
  const std::vector<float> memory(12);
  const std::vector<std::uint32_t> lengths{3, 1}, wrong{3, 4};
  CHECK(Inputs(std::span(memory), {2, 3, lengths.data()}).extents().length(1) == 1);
  CHECK_THROWS_WITH_AS(Inputs(memory.data(), {2, 3, wrong.data()}),
                       "strata: a view of a batch was given the length 4 for sample 1, but needs lengths in [1, 3]",
                       ValueError);
  CHECK_THROWS_WITH_AS(Inputs(memory.data(), {2, 3}),
                       "strata: a view of a batch was given 0 length(s) for 2 sample(s). Common mistake: ragged inputs "
                       "without their lengths",
                       ShapeError);
  xt::xtensor<float, 3> out({2, 3, 2});
  CHECK(BatchView<RaggedSequence<2>, float>(out).extents() == Extents{2, 3});
}
