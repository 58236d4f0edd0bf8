#include <strata/network/touched.hpp>

#include "network/support.hpp"

#include <doctest/doctest.h>

#include <utility>
#include <vector>

using namespace network_tests;

namespace {
using Parts = std::vector<std::pair<std::size_t, std::size_t>>;
template <class Of>
Parts parts(const Of& touched) {
  Parts all;
  for (const Stretch& s : touched.parts()) all.emplace_back(s.offset, s.size);
  return all;
}

/// Two tables of the same ids, and a dense layer between them in memory.
struct TwoTables {
  template <Tokenized In>
  using output = Sequence<2>;
  template <class In>
  using weights = TensorList<RowSparse<Tensor<"first", In::vocabulary, 3>>, Tensor<"dense", 5>,
                             FrozenRow<RowSparse<Tensor<"second", In::vocabulary, 2>>, 4>>;
};
}  // namespace

TEST_CASE("without row-sparse tensors a step touches everything") {
  const Touched<Classifier, Sequence<4>> touched;
  CHECK(touched.parts().data() == stretches<Classifier, Sequence<4>>.data());
  CHECK(touched.parts().size() == stretches<Classifier, Sequence<4>>.size());
  CHECK(touched.most() == touched.parts().size());
}

TEST_CASE("of row-sparse tensors it touches the rows of the batch's ids, neighbours as one part") {
  using Samples = std::vector<std::vector<float>>;
  Touched<TwoTables, Tokens<130>> touched;
  CHECK(touched.parts().empty());
  const auto assign = [&](const Samples& ids) {
    touched.assign(ids.size(), ids[0].size(), [&](std::size_t i) { return ids[i]; });
    CHECK(touched.parts().size() <= touched.most());
    return parts(touched);
  };
  const std::size_t first = 0, dense = padded(390), second = dense + 16;
  CHECK(assign({{5, 129, 5}, {3, 0, 4}}) == Parts{{first, 3},
                                                  {first + 9, 9},
                                                  {first + 387, 3},
                                                  {dense, 16},
                                                  {second, 2},
                                                  {second + 6, 2},  // not 4, which is frozen
                                                  {second + 10, 2},
                                                  {second + 258, 2}});
  for (const Stretch& s : touched.parts()) CHECK((s.row == 0) == (s.offset == dense));
  CHECK(assign({{63, 64}}) == Parts{{first + 189, 6}, {dense, 16}, {second + 126, 4}});  // nothing of the batch before
  CHECK(assign({{4}}) == Parts{{first + 12, 3}, {dense, 16}});
}

TEST_CASE("weights that are trained at one rate are one piece, whether they decay or not") {
  using Net = Sequential<Linear<3>, With<Linear<4>, Freeze>, Linear<5>, With<Linear<2>, LearningRate<0.5>>>;
  std::vector<Stretch> pieces;
  for_each_trained(stretches<Net, Features<2>>, [&](const Stretch& s) { pieces.push_back(s); });
  REQUIRE(pieces.size() == 3);
  const auto offset_of = [](std::size_t i) { return segments<Weights, Net, Features<2>>[i].offset; };
  CHECK(pieces[0].offset == 0);
  CHECK(pieces[0].size == offset_of(2));  // weight and bias; then those that are frozen
  CHECK(pieces[1].offset == offset_of(4));
  CHECK(pieces[1].offset + pieces[1].size == offset_of(6));
  CHECK(pieces[2].offset == offset_of(6));
  CHECK(pieces[2].attributes.learning_rate == 0.5);
}
